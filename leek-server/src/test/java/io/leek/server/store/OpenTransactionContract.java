package io.leek.server.store;

import static io.leek.server.store.Changes.FAILURE;
import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.fail;
import static io.leek.server.store.Changes.insert;
import static io.leek.server.store.Changes.insertWithKey;
import static io.leek.server.store.Changes.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.CannotAcquireLockException;

/** What goes on while an application's own transaction is open for ever: everything that is not in its hands. */
@Timeout(60)
abstract class OpenTransactionContract {

    /** Far from deciding anything: whoever waits for the open transaction waits until the test's own time-out. */
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private OpenStore open;
    private TaskStore store;
    private Committer committer;
    private ApplicationTransaction application;

    abstract StoreSettings.Location location();

    @BeforeEach
    void start() {
        open = OpenStore.open(location(), new TestClock());
        store = open.store();
        committer = new Committer(store);
        application = ApplicationTransaction.begin(open);
    }

    @AfterEach
    void stop() throws Exception {
        application.close();
        committer.close();
        open.close();
    }

    @Test
    void aKeyThatItHasTakenHoldsUpNobodyElse() throws Exception {
        application.insert("open-0001", "a.b", 5, "key-1");

        CompletableFuture<Outcome> same = committer.submit(insertWithKey("task-0001", "key-1"));
        CompletableFuture<Outcome> plain = committer.submit(insert("task-0002"));
        CompletableFuture<Outcome> other = committer.submit(insertWithKey("task-0003", "key-2"));

        assertThat(plain).succeedsWithin(WITHIN).isInstanceOf(Outcome.Done.class);
        assertThat(other).succeedsWithin(WITHIN).isInstanceOf(Outcome.Done.class);
        assertThat(same)
                .failsWithin(WITHIN)
                .withThrowableThat()
                .withCauseInstanceOf(CannotAcquireLockException.class)
                .withMessageContaining("ask again");

        application.commit();

        assertThat(committer.submit(insertWithKey("task-0001", "key-1")))
                .succeedsWithin(WITHIN)
                .isEqualTo(new Outcome.KeyTaken("open-0001"));
    }

    @Test
    void aKeyIsFreeOnceItHasBeenRolledBack() throws Exception {
        application.insert("open-0001", "a.b", 5, "key-1");
        assertThat(store.apply(List.of(insertWithKey("task-0001", "key-1")))).containsExactly(new Outcome.Busy());

        application.rollback();

        assertThat(store.apply(List.of(insertWithKey("task-0001", "key-1"))).get(0))
                .isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aTaskThatItHasInsertedFailsAloneInABatch() throws Exception {
        application.insert("open-0001", "a.b", 5, null);
        List<Change> batch = new ArrayList<>();
        for (int i = 0; i < 99; i++) {
            batch.add(insert("task-%04d".formatted(i)));
        }
        batch.add(70, insert("open-0001"));

        List<Outcome> outcomes = store.apply(batch);

        assertThat(outcomes.get(70)).isEqualTo(new Outcome.Busy());
        assertThat(outcomes).filteredOn(Outcome.Done.class::isInstance).hasSize(99);
        application.commit();
        assertThat(store.apply(List.of(insert("open-0001")))).containsExactly(new Outcome.Known());
    }

    @Test
    void manyTasksThatItHasInsertedFailInABatchWhoseOthersMayBeMadeAgain() throws Exception {
        List<Change> batch = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            application.insert("open-%04d".formatted(i), "a.b", 5, null);
            batch.add(insert("task-%04d".formatted(i)));
            batch.add(insert("open-%04d".formatted(i)));
        }

        assertThat(store.apply(batch))
                .hasSize(120)
                .allMatch(outcome -> outcome instanceof Outcome.Busy || outcome instanceof Outcome.Done)
                .filteredOn(Outcome.Busy.class::isInstance)
                .hasSizeGreaterThanOrEqualTo(60);

        application.rollback();
        assertThat(store.apply(batch))
                .allMatch(outcome -> outcome instanceof Outcome.Known || outcome instanceof Outcome.Done);
        assertThat(store.queued()).isEqualTo(120);
    }

    @Test
    void aTaskThatItCompletesIsLeftToIt() throws Exception {
        running("task-0001");
        application.complete("task-0001");

        assertThat(endings("task-0001"))
                .as("each of them waits for the application, so it is to be made again")
                .allMatch(Outcome.Busy.class::isInstance);
        assertThat(store.apply(List.of(claim("task-0001", "t-2"), new Change.Park("task-0001", NOW, FAILURE))))
                .allMatch(Outcome.Lost.class::isInstance);

        application.commit();

        assertThat(endings("task-0001")).allMatch(Outcome.Lost.class::isInstance);
        assertThat(store.find("task-0001")).get().matches(task -> task.attempts() == 1);
    }

    @Test
    void aTaskWhoseCompletionIsRolledBackGoesOn() throws Exception {
        running("task-0001");
        application.complete("task-0001");
        Change renewal = new Change.Renew("task-0001", "t", NOW.plusSeconds(9_000), "server-2");
        assertThat(store.apply(List.of(renewal))).containsExactly(new Outcome.Busy());

        application.rollback();

        assertThat(store.apply(List.of(renewal, succeed("task-0001", "t")))).allMatch(Outcome.Done.class::isInstance);
    }

    @Test
    void aCompletionHoldsUpNoOtherTask() throws Exception {
        List<String> jids = List.of("task-0001", "task-0002", "task-0003", "task-0004", "task-0005", "task-0006");
        jids.forEach(this::running);
        store.apply(List.of(insert("task-0007")));
        application.complete("task-0001");

        List<Outcome> outcomes = store.apply(List.of(
                succeed("task-0001", "t"),
                succeed("task-0002", null),
                fail("task-0003", "t"),
                new Change.RetryLater("task-0004", "t", NOW, NOW, FAILURE),
                new Change.Release("task-0005", "t", NOW),
                new Change.Crash("task-0006", "t", NOW),
                claim("task-0007", "t"),
                insert("task-0008"),
                new Change.Renew("task-0007", "t", NOW.plusSeconds(9_000), "server-2")));

        assertThat(outcomes.get(0)).isEqualTo(new Outcome.Busy());
        assertThat(outcomes.subList(1, 9)).allMatch(Outcome.Done.class::isInstance);
    }

    @Test
    void aLongResultIsStoredBesideACompletion() throws Exception {
        running("task-0001");
        running("task-0002");
        application.complete("task-0001");
        String text = '"' + "x".repeat(ColumnBatch.MAX_TEXT) + '"';

        List<Outcome> outcomes = store.apply(List.of(
                new Change.Succeed("task-0001", null, "t", NOW, text),
                new Change.Succeed("task-0002", null, "t", NOW, text)));

        assertThat(outcomes).element(0).isEqualTo(new Outcome.Busy());
        assertThat(outcomes).element(1).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void leasesWithoutATaskAreFoundAndDeleted() {
        running("task-0001");
        running("task-0002");
        open.sql().update("DELETE FROM leek.queued_task WHERE jid = 'task-0002'");
        open.sql()
                .update("UPDATE leek.lease SET token = 'stray'"
                        + " WHERE NOT EXISTS (SELECT 1 FROM leek.queued_task q WHERE q.seq = lease.seq)");

        assertThat(store.leases("server-1"))
                .containsExactlyInAnyOrder(
                        new TaskStore.LeaseName("task-0001", "t"), new TaskStore.LeaseName(null, "stray"));
        assertThat(store.leases("server-2")).containsExactly(new TaskStore.LeaseName(null, "stray"));

        store.dropLeases(List.of("stray", "t"));

        assertThat(store.leases("server-1")).containsExactly(new TaskStore.LeaseName("task-0001", "t"));
    }

    @Test
    void aClaimWhosePlaceIsAnotherTasksIsLost() {
        store.apply(List.of(insert("task-0001"), insert("task-0002")));
        List<TaskStore.Claimable> rows = store.claimable("default", null, NOW, null, 2);
        Change.Claim lie = new Change.Claim("task-0001", rows.get(1).seq(), Changes.lease("t"));

        assertThat(store.apply(List.of(lie))).containsExactly(new Outcome.Lost());
        assertThat(store.leased()).isEmpty();
    }

    private void running(String jid) {
        assertThat(store.apply(List.of(insert(jid), claim(jid, "t")))).allMatch(Outcome.Done.class::isInstance);
    }

    private List<Outcome> endings(String jid) {
        return store.apply(List.of(
                succeed(jid, "t"),
                fail(jid, "t"),
                new Change.RetryLater(jid, "t", NOW, NOW, FAILURE),
                new Change.Release(jid, "t", null),
                new Change.Crash(jid, "t", NOW),
                new Change.Renew(jid, "t", NOW, "server-1")));
    }
}

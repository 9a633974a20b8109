package io.leek.server.store;

import static io.leek.server.store.Changes.FAILURE;
import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.fail;
import static io.leek.server.store.Changes.insertWithKey;
import static io.leek.server.store.Changes.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.task.Task;
import io.leek.task.TaskKey;
import io.leek.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every store must do about keys that count otherwise than while their task is unfinished. */
public abstract class KeyContract extends AttemptContract {

    private static final TaskKey QUEUED = new TaskKey.WhileQueued("k");
    private static final TaskKey UNFINISHED = new TaskKey.WhileUnfinished("k");
    private static final TaskKey AN_HOUR = new TaskKey.AtLeast("k", Duration.ofHours(1));
    private static final Instant IN_AN_HOUR = NOW.plus(Duration.ofHours(1));

    /** The ways in which a task that was handed out is back in its queue. */
    enum GivenBack {
        RETRIED(new Change.RetryLater("task-0001", "t", NOW, NOW, FAILURE)),
        RELEASED(new Change.Release("task-0001", "t", null)),
        CRASHED(new Change.Crash("task-0001", "t", NOW));

        private final Change change;

        GivenBack(Change change) {
            this.change = change;
        }
    }

    private static Outcome takenBy(String jid) {
        return new Outcome.KeyTaken(jid);
    }

    private Optional<String> holder() {
        return store.findByKey("k").map(Task::id);
    }

    @Test
    void aKeyWhileQueuedIsTakenUntilTheTaskIsHandedOut() {
        apply(insertWithKey("task-0001", QUEUED, NOW));

        assertThat(apply(insertWithKey("task-0002", QUEUED, NOW))).isEqualTo(takenBy("task-0001"));
        assertThat(holder()).contains("task-0001");

        assertThat(row(claim("task-0001", "t")).key()).isNull();
        assertThat(holder()).isEmpty();
        assertThat(found("task-0001").key()).isNull();
        assertThat(row(insertWithKey("task-0003", QUEUED, NOW)).key()).isEqualTo("k");
        assertThat(apply(insertWithKey("task-0004", UNFINISHED, NOW))).isEqualTo(takenBy("task-0003"));
    }

    @Test
    void whatIsHandedOutBesideItKeepsItsKey() {
        store.apply(List.of(
                insertWithKey("task-0001", QUEUED, NOW),
                insertWithKey("task-0002", new TaskKey.WhileUnfinished("other"), NOW),
                Changes.insert("task-0003")));

        List<Outcome> claimed =
                store.apply(List.of(claim("task-0001", "t"), claim("task-0002", "t"), claim("task-0003", "t")));

        assertThat(claimed)
                .extracting(outcome -> ((Outcome.Done) outcome).row().key())
                .containsExactly(null, "other", null);
        assertThat(store.leased()).extracting(QueuedTask::key).containsExactlyInAnyOrder(null, "other", null);
    }

    @Test
    void onlyATaskWithAKeyWhileQueuedIsToBeRunAtOnce() {
        QueuedTask coalesced = row(insertWithKey("task-0001", QUEUED, NOW));
        QueuedTask keyed = row(insertWithKey("task-0002", new TaskKey.WhileUnfinished("other"), NOW));
        apply(Changes.insert("task-0003"));

        assertThat(coalesced.claimable().atOnce()).isTrue();
        assertThat(keyed.claimable().atOnce()).isFalse();
        assertThat(store.claimable("default", null, NOW, null, 10))
                .extracting(TaskStore.Claimable::atOnce)
                .containsExactly(true, false, false);
        store.apply(List.of(claim("task-0001", "t"), GivenBack.RETRIED.change));
        assertThat(store.claimable("default", null, NOW, null, 1))
                .as("the key is free already")
                .extracting(TaskStore.Claimable::atOnce)
                .containsExactly(false);
    }

    @Test
    void aTaskThatIsBornLeasedHasNoKeyWhileQueued() {
        Change.Insert leased = insertWithKey("task-0001", QUEUED, NOW);
        store.apply(List.of(new Change.Insert(
                leased.jid(),
                leased.name(),
                leased.queue(),
                leased.priority(),
                NOW,
                NOW,
                leased.payload(),
                QUEUED,
                null,
                Changes.lease("t"))));

        assertThat(holder()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aTaskThatIsGivenBackStaysWithoutItsKeyWhileQueued(GivenBack way) {
        store.apply(List.of(insertWithKey("task-0001", QUEUED, NOW), claim("task-0001", "t"), way.change));

        assertThat(store.findByKey("k")).isEmpty();
        assertThat(apply(insertWithKey("task-0002", QUEUED, NOW))).isInstanceOf(Outcome.Done.class);
        assertThat(row(claim("task-0001", "u")).key()).isNull();
        assertThat(holder()).contains("task-0002");
    }

    @Test
    void aFailedTaskThatIsPutBackHasItsKeyWhileQueuedAgainUntilItRuns() {
        store.apply(List.of(insertWithKey("task-0001", QUEUED, NOW), claim("task-0001", "t"), fail("task-0001", "t")));

        assertThat(row(new Change.Requeue("task-0001", NOW)).key()).isEqualTo("k");
        assertThat(apply(insertWithKey("task-0002", QUEUED, NOW))).isEqualTo(takenBy("task-0001"));
        assertThat(row(claim("task-0001", "u")).key()).isNull();
        assertThat(apply(insertWithKey("task-0002", QUEUED, NOW))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aKeyForATimeIsTakenUntilItIsOverThoughItsTaskHasFinished() {
        store.apply(
                List.of(insertWithKey("task-0001", AN_HOUR, NOW), claim("task-0001", "t"), succeed("task-0001", "t")));

        Instant atLast = IN_AN_HOUR.minusNanos(1_000);
        for (TaskKey key : List.of(AN_HOUR, UNFINISHED, QUEUED)) {
            assertThat(apply(insertWithKey("task-0002", key, atLast))).isEqualTo(takenBy("task-0001"));
        }
        assertThat(apply(insertWithKey("task-0002", AN_HOUR, IN_AN_HOUR))).isInstanceOf(Outcome.Done.class);
        assertThat(apply(insertWithKey("task-0003", AN_HOUR, IN_AN_HOUR))).isEqualTo(takenBy("task-0002"));
        store.apply(List.of(claim("task-0002", "t", IN_AN_HOUR), succeed("task-0002", "t")));
        assertThat(apply(insertWithKey("task-0003", UNFINISHED, IN_AN_HOUR)))
                .as("a second time begins with the second task")
                .isEqualTo(takenBy("task-0002"));
    }

    @Test
    void aKeyForATimeIsTakenLongerWhereItsTaskIsUnfinished() {
        apply(insertWithKey("task-0001", AN_HOUR, NOW));

        assertThat(apply(insertWithKey("task-0002", AN_HOUR, IN_AN_HOUR.plusSeconds(1))))
                .isEqualTo(takenBy("task-0001"));
        store.apply(List.of(claim("task-0001", "t"), succeed("task-0001", "t")));
        assertThat(apply(insertWithKey("task-0002", UNFINISHED, IN_AN_HOUR.plusSeconds(1))))
                .isInstanceOf(Outcome.Done.class);
    }

    @Test
    void ofKeysForATimeInOneBatchTheFirstWins() {
        List<Outcome> outcomes = store.apply(List.of(
                insertWithKey("task-0001", AN_HOUR, NOW),
                insertWithKey("task-0002", AN_HOUR, NOW),
                insertWithKey("task-0003", new TaskKey.AtLeast("other", Duration.ofHours(1)), NOW),
                claim("task-0001", "t"),
                succeed("task-0001", "t"),
                insertWithKey("task-0004", AN_HOUR, NOW)));

        assertThat(outcomes.get(1)).isEqualTo(takenBy("task-0001"));
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Done.class);
        assertThat(outcomes.get(5)).isEqualTo(takenBy("task-0001"));
    }

    @Test
    void aTaskIsFoundByItsKeyForATimeAlsoOnceItHasFinished() {
        Instant anHourAgo = clock.instant().minus(Duration.ofHours(1));
        store.apply(List.of(
                insertWithKey("task-0001", AN_HOUR, anHourAgo),
                claim("task-0001", "t", anHourAgo),
                succeed("task-0001", "t")));
        assertThat(store.findByKey("k")).isEmpty();

        store.apply(List.of(
                insertWithKey(
                        "task-0002", new TaskKey.AtLeast("other", Duration.ofHours(1)), anHourAgo.plusNanos(1_000)),
                claim("task-0002", "t", clock.instant()),
                succeed("task-0002", "t")));
        assertThat(store.findByKey("other").orElseThrow().state()).isEqualTo(TaskState.SUCCESS);
    }

    @Test
    void aTaskThatIsPutBackHasItsOwnKeyForATimeAgainAndNobodyElses() {
        store.apply(List.of(insertWithKey("task-0001", AN_HOUR, NOW), claim("task-0001", "t"), fail("task-0001", "t")));
        assertThat(row(new Change.Requeue("task-0001", NOW.plusSeconds(9))).key())
                .isEqualTo("k");

        store.apply(List.of(claim("task-0001", "u", NOW.plusSeconds(9)), fail("task-0001", "u")));
        store.apply(List.of(
                insertWithKey("task-0002", AN_HOUR, IN_AN_HOUR),
                claim("task-0002", "t", IN_AN_HOUR),
                succeed("task-0002", "t")));
        assertThat(row(new Change.Requeue("task-0001", IN_AN_HOUR)).key()).isNull();
    }

    @Test
    void aTaskThatIsCancelledBeforeItRanFreesItsKeyForATime() {
        apply(insertWithKey("task-0001", AN_HOUR, NOW));
        apply(new Change.Cancel("task-0001", NOW));

        assertThat(apply(insertWithKey("task-0002", AN_HOUR, NOW))).isInstanceOf(Outcome.Done.class);
        assertThat(apply(new Change.Cancel("task-0001", NOW))).isInstanceOf(Outcome.Lost.class);
        assertThat(apply(insertWithKey("task-0003", AN_HOUR, NOW))).isEqualTo(takenBy("task-0002"));
    }

    @Test
    void aTaskThatIsCancelledAfterARunKeepsItsKeyForATime() {
        store.apply(
                List.of(insertWithKey("task-0001", AN_HOUR, NOW), claim("task-0001", "t"), GivenBack.RETRIED.change));
        assertThat(apply(new Change.Cancel("task-0001", NOW))).isInstanceOf(Outcome.Done.class);

        assertThat(apply(insertWithKey("task-0002", AN_HOUR, NOW))).isEqualTo(takenBy("task-0001"));
    }

    @Test
    void keysWhoseTimeIsOverAreSweptInPages() {
        for (int i = 1; i <= 3; i++) {
            apply(insertWithKey("task-000" + i, new TaskKey.AtLeast("k" + i, Duration.ofHours(1)), NOW));
        }
        apply(insertWithKey("task-0004", new TaskKey.AtLeast("k4", Duration.ofHours(2)), NOW));

        assertThat(store.sweepKeys(IN_AN_HOUR.minusNanos(1_000), 10)).isZero();
        assertThat(store.sweepKeys(IN_AN_HOUR, 2)).isEqualTo(2);
        assertThat(store.sweepKeys(IN_AN_HOUR, 2)).isEqualTo(1);
        assertThat(store.sweepKeys(IN_AN_HOUR, 2)).isZero();
        assertThat(store.findByKey("k4")).isPresent();
    }
}

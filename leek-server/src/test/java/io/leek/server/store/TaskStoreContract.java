package io.leek.server.store;

import static io.leek.server.store.Changes.FAILURE;
import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.fail;
import static io.leek.server.store.Changes.insert;
import static io.leek.server.store.Changes.insertNamed;
import static io.leek.server.store.Changes.insertWithKey;
import static io.leek.server.store.Changes.lease;
import static io.leek.server.store.Changes.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.server.store.TaskStore.Sample;
import io.leek.task.FailureReason;
import io.leek.task.Task;
import io.leek.task.TaskFailure;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every store must do to single tasks; {@link TaskQueryContract} adds reading, and is what an engine of its own
 * extends. It opens its store in {@link #open} and forgets all tasks in {@link #empty}.
 *
 * <p>An engine keeps what {@link TaskStore#apply} has returned from, across a stop and a crash. Its texts hold 64
 * characters of an id and of a lease's token, 100 of a queue, 255 of a name and of a key, and a payload of any length;
 * its times are kept to the microsecond and not rounded. What is longer or later is refused for that change alone, by a
 * reason without values. A store that others have open too says so by {@link TaskStore#isExclusive}, and should call
 * {@link TaskStore#onWake}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class TaskStoreContract {

    private static final Outcome DONE = new Outcome.Done(null);
    private static final Outcome LOST = new Outcome.Lost();

    protected final TestClock clock = new TestClock();
    protected TaskStore store;

    /** Opens the store, each time on the same data. */
    protected abstract TaskStore open(Clock clock);

    /** Removes all tasks and all heartbeats. */
    protected abstract void empty();

    /** Closes the store, and what was opened with it. */
    protected void close(TaskStore opened) {
        opened.close();
    }

    @BeforeAll
    void openStore() {
        store = open(clock);
    }

    @AfterAll
    void closeStore() {
        close(store);
    }

    @BeforeEach
    void begin() {
        empty();
    }

    Outcome apply(Change change) {
        return store.apply(List.of(change)).get(0);
    }

    QueuedTask row(Change change) {
        Outcome outcome = apply(change);
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done) outcome).row();
    }

    Task found(String jid) {
        return store.find(jid).orElseThrow();
    }

    @Test
    void samplesAreSmallTasksOfTheNamesAskedForThatNobodyHasTheOldestFirst() {
        store.apply(List.of(
                insertNamed("task-0001", "a"),
                insertNamed("task-0002", "b"),
                insertNamed("task-0003", "c"),
                insertNamed("task-0004", "a"),
                claim("task-0004", "t")));

        List<Sample> samples = store.queuedSamples(Set.of("a", "c"), 0, 10);

        assertThat(samples).extracting(Sample::jid).containsExactly("task-0001", "task-0002", "task-0003");
        assertThat(samples.get(0).payload()).isEqualTo(found("task-0001").payload());
        assertThat(samples.get(1).payload()).as("not asked for").isNull();
        assertThat(store.queuedSamples(Set.of("a", "c"), samples.get(0).seq(), 10))
                .extracting(Sample::jid)
                .containsExactly("task-0002", "task-0003");
        assertThat(store.queuedSamples(Set.of("c"), 0, 1))
                .as("it looks at no more than so many")
                .extracting(Sample::jid)
                .containsExactly("task-0001");
    }

    @Test
    void samplesOfParkedTasksHaveThePayloadsOfThoseWithTheReason() {
        store.apply(List.of(insertNamed("task-0001", "a"), insertNamed("task-0002", "a")));
        apply(new Change.Park("task-0001", NOW, TaskFailure.of(FailureReason.ARGUMENTS, "E", "no", List.of())));
        apply(new Change.Park("task-0002", NOW, TaskFailure.of(FailureReason.UNKNOWN_TASK, "E", "no", List.of())));

        List<Sample> samples = store.failedSamples(FailureReason.ARGUMENTS, Set.of("a"), "", 10);

        assertThat(samples).extracting(Sample::jid).containsExactly("task-0001", "task-0002");
        assertThat(samples.get(0).payload()).isEqualTo(found("task-0001").payload());
        assertThat(samples.get(1).payload()).as("parked for another").isNull();
        assertThat(store.failedSamples(FailureReason.ARGUMENTS, Set.of("a"), "task-0001", 10))
                .extracting(Sample::jid)
                .containsExactly("task-0002");
        assertThat(store.failedSamples(FailureReason.ARGUMENTS, Set.of("b"), "", 1))
                .extracting(Sample::payload)
                .containsExactly((String) null);
        assertThat(store.queuedSamples(Set.of("a"), 0, 10)).isEmpty();
    }

    @Test
    void aPausedQueueStaysPausedUntilItIsResumedAlsoAfterTheStoreWasClosed() {
        store.queues().pause(List.of("mail", "night"), NOW);
        store.queues().pause(List.of("mail"), NOW.plusSeconds(1));
        close(store);
        store = open(clock);
        assertThat(store.queues().paused()).containsExactlyInAnyOrder("mail", "night");

        store.queues().resume(List.of("night", "never-paused"));
        assertThat(store.queues().paused()).containsExactly("mail");
        store.queues().resume(List.of("mail"));
        assertThat(store.queues().paused()).isEmpty();
    }

    @Test
    void anInsertedTaskIsQueuedAndItsRowComesBack() {
        QueuedTask row = row(insert("task-0001"));

        assertThat(row.seq()).isPositive();
        assertThat(row.lease()).isNull();
        assertThat(row.attempts()).isZero();
        Task task = found("task-0001");
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        assertThat(task.payload()).isEqualTo(row.payload());
        assertThat(task.running()).isFalse();
        assertThat(task.dueAt()).isEqualTo(NOW);
        assertThat(task.enqueuedAt()).isEqualTo(NOW);
    }

    @Test
    void aTaskBornLeasedCountsItsFirstAttempt() {
        QueuedTask row = row(insert("task-0001", "default", 5, NOW, null, lease("token")));

        assertThat(row.attempts()).isEqualTo(1);
        assertThat(row.lease()).isEqualTo(lease("token"));
        assertThat(store.leased()).containsExactly(row);
        assertThat(found("task-0001").running()).isTrue();
        assertThat(found("task-0001").workerId()).isEqualTo("worker-1");
        assertThat(apply(claim("task-0001", "other"))).isEqualTo(LOST);
    }

    @Test
    void anIdKnownInAnyTableIsInsertedOnlyOnce() {
        store.apply(List.of(insert("task-0001"), insert("task-0002"), insert("task-0003")));
        store.apply(List.of(
                claim("task-0002", "t2"),
                succeed("task-0002", "t2"),
                claim("task-0003", "t3"),
                fail("task-0003", "t3")));

        List<Outcome> again = store.apply(
                List.of(insert("task-0001"), insert("task-0002"), insert("task-0003"), insert("task-0004")));

        assertThat(again.subList(0, 3)).containsOnly(new Outcome.Known());
        assertThat(apply(insert("task-0004"))).isEqualTo(new Outcome.Known());
        assertThat(again.get(3)).isInstanceOf(Outcome.Done.class);
        assertThat(store.count(TaskQuery.queued())).isEqualTo(2);
        assertThat(found("task-0002").state()).isEqualTo(TaskState.SUCCESS);
    }

    @Test
    void aTakenKeyNamesItsHolderAlsoWithinOneBatch() {
        List<Outcome> outcomes = store.apply(
                List.of(insertWithKey("task-0001", "k"), insertWithKey("task-0002", "k"), insert("task-0001")));

        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Done.class);
        assertThat(outcomes.subList(1, 3)).containsExactly(new Outcome.KeyTaken("task-0001"), new Outcome.Known());
        assertThat(apply(insertWithKey("task-0003", "k"))).isEqualTo(new Outcome.KeyTaken("task-0001"));
        assertThat(store.findByKey("k")).map(Task::id).contains("task-0001");
        assertThat(store.findByKey("other")).isEmpty();
    }

    @Test
    void aKeyIsFreeOnceItsTaskHasFinishedAlsoWithinOneBatch() {
        List<Outcome> outcomes = store.apply(List.of(
                insertWithKey("task-0001", "k"),
                claim("task-0001", "t"),
                insertWithKey("task-0002", "k"),
                succeed("task-0001", "t"),
                insertWithKey("task-0003", "k")));

        assertThat(outcomes.get(2)).isEqualTo(new Outcome.KeyTaken("task-0001"));
        assertThat(outcomes.get(4)).isInstanceOf(Outcome.Done.class);
        assertThat(store.findByKey("k")).map(Task::id).contains("task-0003");
    }

    @Test
    void onlyOneClaimWinsATask() {
        apply(insert("task-0001"));

        List<Outcome> outcomes =
                store.apply(List.of(claim("task-0001", "a"), claim("task-0001", "b"), claim("task-none", "c")));

        QueuedTask row = ((Outcome.Done) outcomes.get(0)).row();
        assertThat(row.lease()).isEqualTo(lease("a"));
        assertThat(row.attempts()).isEqualTo(1);
        assertThat(row.failures()).isZero();
        assertThat(row.payload()).contains("task-0001");
        assertThat(outcomes.subList(1, 3)).containsOnly(LOST);
    }

    @Test
    void aSuccessMovesTheRowWithItsResult() {
        apply(insert("task-0001", "mail", 8, NOW, null, null));
        apply(claim("task-0001", "t"));

        assertThat(apply(succeed("task-0001", "stale"))).isEqualTo(LOST);
        assertThat(apply(succeed("task-0001", "t"))).isEqualTo(DONE);
        assertThat(apply(succeed("task-0001", "t"))).isEqualTo(LOST);

        Task task = found("task-0001");
        assertThat(task.state()).isEqualTo(TaskState.SUCCESS);
        assertThat(task.result()).isEqualTo("\"done\"");
        assertThat(task.queue()).isEqualTo("mail");
        assertThat(task.priority()).isEqualTo(8);
        assertThat(task.attempts()).isEqualTo(1);
        assertThat(task.workerId()).isEqualTo("worker-1");
        assertThat(task.startedAt()).isEqualTo(NOW);
        assertThat(task.finishedAt()).isEqualTo(NOW.plusSeconds(1));
        assertThat(store.count(TaskQuery.queued())).isZero();
    }

    @Test
    void aFailureMovesTheRowWithItsReason() {
        apply(insert("task-0001"));
        apply(claim("task-0001", "t"));

        assertThat(apply(fail("task-0001", "stale"))).isEqualTo(LOST);
        assertThat(apply(fail("task-0001", "t"))).isEqualTo(DONE);

        Task task = found("task-0001");
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.failure()).contains(FAILURE);
        assertThat(task.result()).isNull();
    }

    @Test
    void withoutATokenTheTaskOnlyHasToBeLeased() {
        store.apply(List.of(insert("task-0001"), insert("task-0002"), insert("task-0003")));

        assertThat(store.apply(List.of(
                        succeed("task-0001", null),
                        fail("task-0002", null),
                        new Change.RetryLater("task-0003", null, NOW, NOW, FAILURE))))
                .containsOnly(LOST);
        store.apply(List.of(claim("task-0001", "1"), claim("task-0002", "2"), claim("task-0003", "3")));
        assertThat(store.apply(List.of(
                        succeed("task-0001", null),
                        fail("task-0002", null),
                        new Change.RetryLater("task-0003", null, NOW, NOW, FAILURE))))
                .containsOnly(DONE);
    }

    @Test
    void aRetryWaitsWithTheFailureOfItsLastAttempt() {
        Instant later = NOW.plus(Duration.ofMinutes(1));
        apply(insert("task-0001"));
        apply(claim("task-0001", "t"));

        assertThat(apply(new Change.RetryLater("task-0001", "stale", NOW, later, FAILURE)))
                .isEqualTo(LOST);
        assertThat(apply(new Change.RetryLater("task-0001", "t", NOW, later, FAILURE)))
                .isEqualTo(DONE);

        Task task = found("task-0001");
        assertThat(task.running()).isFalse();
        assertThat(task.dueAt()).isEqualTo(later);
        assertThat(task.failure()).contains(FAILURE);
        assertThat(task.startedAt()).isEqualTo(NOW);
        assertThat(apply(claim("task-0001", "t2", later.minusMillis(1)))).isEqualTo(LOST);
        QueuedTask second = row(claim("task-0001", "t2", later));
        assertThat(second.attempts()).isEqualTo(2);
        assertThat(second.failures()).isEqualTo(1);
        assertThat(second.failure()).isEqualTo(FAILURE);
    }

    @Test
    void aReleaseBurnsNoAttempt() {
        apply(insert("task-0001"));
        apply(claim("task-0001", "t"));

        assertThat(apply(new Change.Release("task-0001", "stale", NOW))).isEqualTo(LOST);
        assertThat(apply(new Change.Release("task-0001", "t", NOW.plusSeconds(5))))
                .isEqualTo(DONE);

        Task task = found("task-0001");
        assertThat(task.attempts()).isZero();
        assertThat(task.workerId()).isNull();
        assertThat(task.dueAt()).isEqualTo(NOW.plusSeconds(5));
    }

    @Test
    void aCrashKeepsTheAttemptAndIsNoFailure() {
        apply(insert("task-0001"));
        apply(claim("task-0001", "t"));

        assertThat(apply(new Change.Crash("task-0001", "stale", NOW))).isEqualTo(LOST);
        assertThat(apply(new Change.Crash("task-0001", "t", NOW))).isEqualTo(DONE);

        QueuedTask second = row(claim("task-0001", "t2"));
        assertThat(second.attempts()).isEqualTo(2);
        assertThat(second.crashes()).isEqualTo(1);
        assertThat(second.failures()).isZero();
        assertThat(found("task-0001").crashes()).isEqualTo(1);
    }

    @Test
    void onlyATaskThatDoesNotRunIsParked() {
        TaskFailure unknown = TaskFailure.of(FailureReason.UNKNOWN_TASK, "UnknownTask", "nobody knows it", List.of());
        store.apply(List.of(insert("task-0001"), insert("task-0002"), claim("task-0002", "t")));

        assertThat(store.apply(List.of(
                        new Change.Park("task-0001", NOW, unknown), new Change.Park("task-0002", NOW, unknown))))
                .containsExactly(DONE, LOST);

        assertThat(found("task-0001").failure()).contains(unknown);
        assertThat(found("task-0001").startedAt()).isNull();
        assertThat(found("task-0002").running()).isTrue();
    }

    @Test
    void aLeaseIsLengthenedNeverShortened() {
        apply(insert("task-0001"));
        apply(claim("task-0001", "t"));
        Instant until = lease("t").until();

        assertThat(apply(new Change.Renew("task-0001", "stale", until, "server-2")))
                .isEqualTo(LOST);
        assertThat(apply(new Change.Renew("task-0001", "t", until.minusSeconds(1), "server-2")))
                .isEqualTo(DONE);
        assertThat(store.leased().get(0).lease().until()).isEqualTo(until);
        assertThat(store.leased().get(0).lease().serverId()).isEqualTo("server-2");
        assertThat(apply(new Change.Renew("task-0001", "t", until.plusSeconds(1), "server-2")))
                .isEqualTo(DONE);
        assertThat(store.leased().get(0).lease().until()).isEqualTo(until.plusSeconds(1));
    }

    @Test
    void aRequeuedTaskBeginsAnewBehindTheOthers() {
        store.apply(List.of(insert("task-0001", "mail", 7, NOW, "k", null), claim("task-0001", "t")));
        apply(fail("task-0001", "t"));
        QueuedTask other = row(insert("task-0002"));

        QueuedTask row = row(new Change.Requeue("task-0001", NOW.plusSeconds(9)));

        assertThat(row.seq()).isGreaterThan(other.seq());
        assertThat(row.attempts()).isZero();
        assertThat(row.crashes()).isZero();
        assertThat(row.priority()).isEqualTo(7);
        assertThat(row.queue()).isEqualTo("mail");
        assertThat(row.key()).isEqualTo("k");
        assertThat(row.dueAt()).isEqualTo(NOW.plusSeconds(9));
        assertThat(found("task-0001").state()).isEqualTo(TaskState.QUEUED);
        assertThat(found("task-0001").failure()).isEmpty();
        assertThat(store.count(TaskQuery.failed())).isZero();
        assertThat(apply(new Change.Requeue("task-0001", NOW))).isEqualTo(LOST);
    }

    @Test
    void aRequeuedTaskDoesWithoutItsKeyWhereAnotherHasItNow() {
        store.apply(List.of(insertWithKey("task-0001", "k"), claim("task-0001", "t"), fail("task-0001", "t")));
        apply(insertWithKey("task-0002", "k"));

        assertThat(row(new Change.Requeue("task-0001", NOW)).key()).isNull();
        assertThat(store.findByKey("k")).map(Task::id).contains("task-0002");
    }

    @Test
    void theWholeLifeOfATaskFitsInOneBatch() {
        List<Outcome> outcomes = store.apply(List.of(
                insert("task-0001"),
                claim("task-0001", "t"),
                fail("task-0001", "t"),
                new Change.Requeue("task-0001", NOW),
                insert("task-0002"),
                claim("task-0001", "u"),
                succeed("task-0001", "u"),
                insert("task-0001")));

        assertThat(outcomes.subList(0, 7)).allMatch(Outcome.Done.class::isInstance);
        assertThat(outcomes.get(7)).isEqualTo(new Outcome.Known());
        assertThat(found("task-0001").state()).isEqualTo(TaskState.SUCCESS);
    }

    @Test
    void aBadChangeFailsAloneAndItsReasonHoldsNoValue() {
        String tooLong = "secret".repeat(100);
        List<Outcome> outcomes = store.apply(List.of(
                insert("task-0001"),
                insert("task-0002", tooLong, 5, NOW, null, null),
                insert("task-0003"),
                claim("task-0001", "t"),
                claim("task-0003", tooLong),
                insert("task-0004"),
                succeed("task-0001", "t")));

        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Refused.class);
        assertThat(outcomes.get(4)).isInstanceOf(Outcome.Refused.class);
        assertThat(outcomes.get(1).toString()).doesNotContain("secret");
        assertThat(List.of(0, 2, 3, 5, 6)).allMatch(i -> outcomes.get(i) instanceof Outcome.Done);
        assertThat(store.find("task-0002")).isEmpty();
        assertThat(found("task-0001").state()).isEqualTo(TaskState.SUCCESS);
        assertThat(found("task-0003").running()).isFalse();
    }

    @Test
    void aTimeThatNoDatabaseKeepsIsRefusedAlone() {
        List<Outcome> outcomes =
                store.apply(List.of(insert("task-0001"), insert("task-0002", "default", 5, Instant.MAX, null, null)));

        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Done.class);
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void aNulInAnExceptionDoesNotKeepItsTaskFromFailing() {
        apply(insert("task-0001"));
        apply(claim("task-0001", "t"));
        TaskFailure failure = TaskFailure.of(FailureReason.EXCEPTION, "E", "a\0b", List.of("at \0"));

        assertThat(apply(new Change.Fail("task-0001", "t", NOW, failure))).isEqualTo(DONE);
        assertThat(found("task-0001").failure().orElseThrow().message()).isEqualTo("a\uFFFDb");
    }

    @Test
    void aPayloadOfManyMegabytesComesBackAsItCame() {
        String payload = "{\"args\":[\"" + "x\u00e4".repeat(2_000_000) + "\"]}";
        apply(new Change.Insert("task-0001", "n", "default", 5, NOW, NOW, payload, null, null));

        assertThat(row(claim("task-0001", "t")).payload()).isEqualTo(payload);
        apply(succeed("task-0001", "t"));
        assertThat(found("task-0001").payload()).isEqualTo(payload);
    }

    @Test
    void timesAreKeptToTheMicrosecond() {
        Instant due = Instant.parse("2031-07-01T23:59:59.999999999Z");
        QueuedTask row = row(insert("task-0001", "default", 5, due, null, null));

        assertThat(row.dueAt()).isEqualTo(Instant.parse("2031-07-01T23:59:59.999999Z"));
        assertThat(found("task-0001").dueAt()).isEqualTo(row.dueAt());
        assertThat(row(claim("task-0001", "t", due)))
                .usingRecursiveComparison()
                .ignoringFields("lease", "attempts")
                .isEqualTo(row);
    }

    @Test
    void aTaskThatWasNeverDelayedIsDueThoughTheClockThatWroteItIsAhead() {
        Instant ahead = NOW.plusSeconds(3);
        apply(new Change.Insert("task-0001", "n", "default", 5, ahead, ahead, "{}", null, null));

        assertThat(store.claimable("default", null, NOW, null, 10)).hasSize(1);
        assertThat(row(claim("task-0001", "t", NOW)).jid()).isEqualTo("task-0001");
    }

    @Test
    void aPurgeDeletesWhatHadFinishedBeforeAndOnlyOfThatState() {
        for (String jid : List.of("task-0001", "task-0002", "task-0003")) {
            store.apply(List.of(insert(jid), claim(jid, "t")));
        }
        store.apply(List.of(
                new Change.Succeed("task-0001", null, "t", NOW.minusMillis(1), null),
                new Change.Succeed("task-0002", null, "t", NOW, null),
                new Change.Fail("task-0003", "t", NOW.minusMillis(1), FAILURE),
                insert("task-0004", "default", 5, NOW.minusSeconds(60), null, null)));

        assertThat(store.purge(TaskState.SUCCESS, NOW, 10)).isEqualTo(1);
        assertThat(store.find("task-0001")).isEmpty();
        assertThat(store.find("task-0002")).isPresent();
        assertThat(store.find("task-0003")).isPresent();
        assertThat(store.purge(TaskState.FAILED, NOW, 10)).isEqualTo(1);
        assertThat(store.find("task-0003")).isEmpty();
        assertThat(store.find("task-0004")).isPresent();
        assertThat(store.purge(TaskState.SUCCESS, NOW, 10)).isZero();
    }

    @Test
    void aPurgeStopsAtItsLimit() {
        for (String jid : List.of("task-0001", "task-0002", "task-0003")) {
            store.apply(List.of(insert(jid), claim(jid, "t"), succeed(jid, "t")));
        }

        assertThat(store.purge(TaskState.SUCCESS, NOW.plusSeconds(2), 2)).isEqualTo(2);
        assertThat(store.count(TaskQuery.success())).isEqualTo(1);
        assertThat(store.purge(TaskState.SUCCESS, NOW.plusSeconds(2), 2)).isEqualTo(1);
    }

    @Test
    void ofSeveralEndsOfOneRunInABatchTheFirstThatHasItsLeaseWins() {
        Outcome.Done stored = (Outcome.Done) store.apply(List.of(insert("task-0001"), claim("task-0001", "t")))
                .get(0);
        long seq = stored.row().seq();

        List<Outcome> outcomes = store.apply(List.of(
                new Change.Succeed("task-0001", seq, "stale", NOW, "1"),
                new Change.Succeed("task-0001", seq, "t", NOW, "2"),
                new Change.Succeed("task-0001", seq, "t", NOW, "3")));

        assertThat(outcomes).containsExactly(LOST, new Outcome.Done(null), LOST);
        assertThat(store.find("task-0001").orElseThrow().result()).isEqualTo("2");
    }

    @Test
    void queuedTasksAreNeverPurged() {
        apply(insert("task-0001"));

        assertThatThrownBy(() -> store.purge(TaskState.QUEUED, Instant.MAX, 10))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(store.find("task-0001")).isPresent();
    }
}

package io.leek.server.store;

import static io.leek.server.store.Changes.FAILURE;
import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.fail;
import static io.leek.server.store.Changes.insert;
import static io.leek.server.store.Changes.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.TaskStore.Report;
import io.leek.server.store.TaskStore.Swept;
import io.leek.task.FailedAttempt;
import io.leek.task.FailureReason;
import io.leek.task.TaskFailure;
import io.leek.task.TaskProgress;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store must remember of attempts that failed. */
public abstract class AttemptContract extends TaskStoreContract {

    private List<FailedAttempt> failures(String jid) {
        return found(jid).failures();
    }

    private static TaskFailure because(String message) {
        return TaskFailure.of(FailureReason.EXCEPTION, "java.io.IOException", message, List.of("at A.a", "at B.b"));
    }

    /** One attempt that begins and fails at the given second, and is to be repeated at the next. */
    private static List<Change> attempt(String jid, int second) {
        Instant at = NOW.plusSeconds(second);
        return List.of(
                claim(jid, "t" + second, at),
                new Change.RetryLater(
                        jid, "t" + second, at.plusMillis(500), at.plusSeconds(1), because("no " + second)));
    }

    private void attempts(String jid, int from, int to) {
        store.apply(IntStream.rangeClosed(from, to)
                .mapToObj(second -> attempt(jid, second))
                .flatMap(List::stream)
                .toList());
    }

    @Test
    void everyAttemptsErrorIsKeptNotJustTheLast() {
        apply(insert("task-0001"));
        attempts("task-0001", 1, 2);
        store.apply(List.of(claim("task-0001", "t", NOW.plusSeconds(3))));
        apply(new Change.Fail("task-0001", "t", NOW.plusSeconds(4), because("no more")));

        assertThat(failures("task-0001"))
                .containsExactly(
                        new FailedAttempt(1, NOW.plusSeconds(1), NOW.plusMillis(1_500), "worker-1", because("no 1")),
                        new FailedAttempt(2, NOW.plusSeconds(2), NOW.plusMillis(2_500), "worker-1", because("no 2")),
                        new FailedAttempt(3, NOW.plusSeconds(3), NOW.plusSeconds(4), "worker-1", because("no more")));
    }

    @Test
    void aTaskThatSucceedsInTheEndStillTellsWhatWentWrong() {
        apply(insert("task-0001"));
        attempts("task-0001", 1, 1);
        assertThat(failures("task-0001")).as("while it waits for its retry").hasSize(1);
        store.apply(List.of(claim("task-0001", "t", NOW.plusSeconds(5)), succeed("task-0001", "t")));

        assertThat(found("task-0001").state()).isEqualTo(TaskState.SUCCESS);
        assertThat(failures("task-0001"))
                .extracting(attempt -> attempt.failure().message())
                .containsExactly("no 1");
    }

    @Test
    void aCrashIsKeptAsAnAttemptThatFailed() {
        store.apply(List.of(insert("task-0001"), claim("task-0001", "t")));
        apply(new Change.Crash("task-0001", "t", NOW.plusSeconds(7)));

        assertThat(failures("task-0001")).singleElement().satisfies(attempt -> {
            assertThat(attempt.number()).isEqualTo(1);
            assertThat(attempt.failedAt()).isEqualTo(NOW.plusSeconds(7));
            assertThat(attempt.failure().reason()).isEqualTo("crashed");
        });
    }

    @Test
    void aCancelledTaskThatWaitsIsFailedAndOneThatRunsIsRememberedUntilItHasEnded() {
        store.apply(List.of(insert("task-0001"), insert("task-0002"), claim("task-0002", "t")));
        Instant at = NOW.plusSeconds(3);

        List<Outcome> outcomes = store.apply(List.of(
                new Change.Cancel("task-0001", at),
                new Change.Cancel("task-0002", at),
                new Change.Cancel("task-0404", at)));

        assertThat(outcomes.get(0)).isEqualTo(new Outcome.Done(null));
        assertThat(outcomes.get(1)).isInstanceOfSatisfying(Outcome.Running.class, running -> assertThat(
                        running.row().lease().token())
                .isEqualTo("t"));
        assertThat(outcomes.get(2)).isEqualTo(new Outcome.Lost());
        assertThat(found("task-0001").failure().orElseThrow().reason()).isEqualTo("cancelled");
        assertThat(found("task-0001").finishedAt()).isEqualTo(at);
        assertThat(store.cancelled()).extracting(QueuedTask::jid).containsExactly("task-0002");
        assertThat(apply(new Change.Cancel("task-0002", at))).isInstanceOf(Outcome.Running.class);
        assertThat(apply(new Change.Cancel("task-0001", at))).isEqualTo(new Outcome.Lost());

        List<Outcome> given =
                store.apply(List.of(new Change.Release("task-0002", "t", null), new Change.Cancel("task-0002", at)));

        assertThat(given).containsOnly(new Outcome.Done(null));
        assertThat(found("task-0002").failure().orElseThrow().reason()).isEqualTo("cancelled");
        apply(new Change.Requeue("task-0002", NOW));
        assertThat(store.cancelled()).as("it has another life").isEmpty();
    }

    @Test
    void whatRunsTellIsKeptWithTheTaskAndItsNewLinesComeAfterTheOthers() {
        apply(insert("task-0001"));
        TaskProgress progress = new TaskProgress(1, 9, "one", NOW);
        store.report(List.of(
                new Report("task-0001", null, List.of("a", "b")), new Report("task-0002", progress, List.of())));
        assertThat(found("task-0001").progress()).isEmpty();

        store.report(List.of(new Report("task-0001", progress, List.of("c"))));
        store.report(List.of(new Report("task-0001", null, List.of())));

        assertThat(found("task-0001").progress()).contains(progress);
        assertThat(found("task-0001").log()).containsExactly("a", "b", "c");
        assertThat(store.list(TaskQuery.queued()).get(0).log()).isEmpty();
        assertThat(store.sweepAttempts(null, 10)).isEqualTo(new Swept(1, null));
        assertThat(found("task-0001").log()).hasSize(3);
    }

    @Test
    void whatDidNotFailLeavesNothingBehind() {
        store.apply(List.of(insert("task-0001"), insert("task-0002"), insert("task-0003")));
        store.apply(List.of(
                claim("task-0001", "a"),
                succeed("task-0001", "a"),
                claim("task-0002", "b"),
                new Change.Release("task-0002", "b", null),
                new Change.Park("task-0003", NOW, FAILURE)));
        store.apply(List.of(
                claim("task-0002", "c"),
                fail("task-0002", "stale"),
                attempt("task-0002", 1).get(1)));

        assertThat(failures("task-0001")).isEmpty();
        assertThat(failures("task-0002")).as("ends that came too late").isEmpty();
        assertThat(failures("task-0003")).as("parked without a run").isEmpty();
    }

    @Test
    void aTaskThatIsPutBackKeepsWhatWentWrongBefore() {
        store.apply(List.of(insert("task-0001"), claim("task-0001", "t"), fail("task-0001", "t")));
        apply(new Change.Requeue("task-0001", NOW));
        assertThat(failures("task-0001")).hasSize(1);
        assertThat(found("task-0001").attempts()).isZero();

        attempts("task-0001", 1, 1);

        assertThat(failures("task-0001"))
                .extracting(
                        attempt -> attempt.number() + " " + attempt.failure().message())
                .containsExactly("1 no route", "1 no 1");
    }

    @Test
    void onlyTheLatestHundredAreKept() {
        apply(insert("task-0001"));
        attempts("task-0001", 1, FailedAttempt.KEPT + 3);

        assertThat(failures("task-0001"))
                .hasSize(FailedAttempt.KEPT)
                .extracting(FailedAttempt::number)
                .startsWith(4, 5)
                .endsWith(FailedAttempt.KEPT + 3);

        for (int second = 200; second < 205; second++) {
            Instant at = NOW.plusSeconds(second);
            store.apply(
                    List.of(claim("task-0001", "t", at), new Change.Fail("task-0001", "t", at, because("put back"))));
            apply(new Change.Requeue("task-0001", at));
        }
        assertThat(failures("task-0001"))
                .hasSize(FailedAttempt.KEPT)
                .extracting(attempt -> attempt.failure().message())
                .startsWith("no 9")
                .endsWith("put back");
    }

    @Test
    void listsAndWaitsDoWithoutThem() {
        store.apply(List.of(insert("task-0001"), claim("task-0001", "t"), fail("task-0001", "t")));

        assertThat(store.list(TaskQuery.failed())).singleElement().satisfies(task -> assertThat(task.failures())
                .isEmpty());
    }

    @Test
    void attemptsOfTasksThatWerePurgedAreSweptPageByPage() {
        List<Change> changes = new ArrayList<>();
        for (String jid : List.of("task-0001", "task-0002", "task-0003", "task-0004")) {
            changes.add(insert(jid));
            changes.addAll(attempt(jid, 1));
            changes.add(claim(jid, "t", NOW.plusSeconds(9)));
        }
        store.apply(changes);
        store.apply(List.of(succeed("task-0001", "t"), fail("task-0002", "t"), succeed("task-0003", "t")));
        store.purge(TaskState.SUCCESS, NOW.plusSeconds(60), 10);
        apply(insert("task-0003"));

        assertThat(store.sweepAttempts(null, 2)).isEqualTo(new Swept(1, "task-0002"));
        assertThat(store.sweepAttempts("task-0002", 3)).isEqualTo(new Swept(0, null));
        assertThat(store.sweepAttempts("task-0004", 3)).isEqualTo(new Swept(0, null));

        apply(insert("task-0001"));
        assertThat(failures("task-0001")).isEmpty();
        assertThat(failures("task-0002")).hasSize(2);
        assertThat(failures("task-0004")).hasSize(1);
    }

    @Test
    void nothingButAFailedTaskIsPutBack() {
        store.apply(List.of(insert("task-0001"), insert("task-0002"), insert("task-0003")));
        store.apply(List.of(claim("task-0001", "a"), succeed("task-0001", "a"), claim("task-0002", "b")));

        assertThat(store.apply(List.of(
                        new Change.Requeue("task-0001", NOW),
                        new Change.Requeue("task-0002", NOW),
                        new Change.Requeue("task-0003", NOW))))
                .containsOnly(new Outcome.Lost());
        assertThat(found("task-0001").state()).isEqualTo(TaskState.SUCCESS);
        assertThat(store.queued()).isEqualTo(2);
    }
}

package io.leek.server.store;

import io.leek.server.store.AttemptLog.Failed;
import io.leek.server.store.Leases.End;
import io.leek.server.store.Leases.Ends;
import io.leek.task.FailureReason;
import io.leek.task.TaskFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/** Ends of runs after which the task is queued still. */
final class GivenBack {

    private static final String RETRY_LATER = """
            UPDATE leek.queued_task
            SET due_at = ?, failure = ?, attempts = attempts + 1, started_at = ?, worker_id = ? WHERE seq = ?
            """;

    private static final String CRASH = """
            UPDATE leek.queued_task
            SET due_at = ?, attempts = attempts + 1, crashes = crashes + 1, started_at = ?, worker_id = ? WHERE seq = ?
            """;

    private static final String DELAY = "UPDATE leek.queued_task SET due_at = ? WHERE seq = ?";

    private static final TaskFailure CRASHED = TaskFailure.of(
            FailureReason.CRASHED, "WorkerCrashed", "its process ended while it ran; it runs again", List.of());

    private final Leases leases;
    private final Slots slots;
    private final AttemptLog attempts;
    private final GuardedBatch<End<Change.RetryLater>> retryLater;
    private final GuardedBatch<End<Change.Crash>> crash;
    private final GuardedBatch<End<Change.Release>> delay;

    GivenBack(JdbcTemplate jdbc, Schema schema, Leases leases, Slots slots, AttemptLog attempts) {
        this.leases = leases;
        this.slots = slots;
        this.attempts = attempts;
        retryLater = new GuardedBatch<>(
                jdbc, schema.in(RETRY_LATER), (to, end) -> to.time(end.change().dueAt())
                        .failureJson(end.change().failure())
                        .time(end.startedAt())
                        .text(end.workerId())
                        .number(end.seq()));
        crash = new GuardedBatch<>(
                jdbc, schema.in(CRASH), (to, end) -> to.time(end.change().crashedAt())
                        .time(end.startedAt())
                        .text(end.workerId())
                        .number(end.seq()));
        delay = new GuardedBatch<>(
                jdbc, schema.in(DELAY), (to, end) -> to.time(end.change().dueAt())
                        .number(end.seq()));
    }

    List<Outcome> retryLater(List<Change.RetryLater> changes) {
        Ends<Change.RetryLater> ends = leases.end(changes);
        attempts.add(ends.won().stream()
                .map(end ->
                        new Failed(end, end.change().failedAt(), end.change().failure()))
                .toList());
        retryLater.runForAll(ends.won());
        return ends.outcomes();
    }

    List<Outcome> crash(List<Change.Crash> changes) {
        Ends<Change.Crash> ends = leases.end(changes);
        attempts.add(ends.won().stream()
                .map(end -> new Failed(end, end.change().crashedAt(), CRASHED))
                .toList());
        crash.runForAll(ends.won());
        return ends.outcomes();
    }

    List<Outcome> release(List<Change.Release> changes) {
        Ends<Change.Release> ends = leases.end(changes);
        delay.runForAll(
                ends.won().stream().filter(end -> end.change().dueAt() != null).toList());
        slots.keepTurns(ends.won().stream()
                .filter(end -> end.change().dueAt() == null && end.mutex() != null)
                .toList());
        return withMutexes(changes, ends);
    }

    private static List<Outcome> withMutexes(List<Change.Release> changes, Ends<Change.Release> ends) {
        Map<String, Outcome> done = new HashMap<>();
        ends.won().forEach(end -> done.put(end.change().jid(), new Outcome.Done(null, end.mutex())));
        List<Outcome> outcomes = new ArrayList<>(changes.size());
        for (int i = 0; i < changes.size(); i++) {
            outcomes.add(done.getOrDefault(changes.get(i).jid(), ends.outcomes().get(i)));
        }
        return outcomes;
    }
}

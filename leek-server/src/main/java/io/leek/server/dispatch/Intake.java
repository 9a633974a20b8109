package io.leek.server.dispatch;

import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Lease;
import io.leek.server.store.Outcome;
import io.leek.server.store.TaskStore.Claimable;
import io.leek.task.TaskKey;
import io.leek.task.TaskRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Stores new tasks. One that finds a worker waiting and nothing before it is stored with that worker's lease already on
 * it, which saves the write of a claim.
 */
public final class Intake {

    private final Committer committer;
    private final Dispatcher dispatcher;
    private final Matching matching;
    private final Clock clock;

    public Intake(Committer committer, Dispatcher dispatcher, Clock clock) {
        this.committer = committer;
        this.dispatcher = dispatcher;
        matching = dispatcher.matching();
        this.clock = clock;
    }

    /** Stores a task; it may be on its way to a worker by the time the outcome is there. */
    public CompletableFuture<Outcome> push(TaskRecord task) {
        Instant now = clock.instant();
        boolean isDue = task.at() == null || !task.at().isAfter(now);
        Fetch fetch = isDue ? reserve(task) : null;
        Lease lease = fetch == null ? null : dispatcher.lease(fetch.workerId(), now, task.reserveFor());
        return committer.submit(insert(task, now, lease)).whenComplete((outcome, error) -> {
            if (fetch != null && lease != null) {
                dispatcher.pushed(fetch, task.jid(), lease, outcome);
            } else if (outcome instanceof Outcome.Done) {
                dispatcher.readyAll(List.of(outcome));
            }
            if (isDue && fetch == null) {
                matching.arrived(List.of(task));
            }
        });
    }

    /**
     * One that may have to wait for its key, or may not run yet, must not keep a worker waiting. One whose key ends with
     * the hand-out has it first.
     */
    private @Nullable Fetch reserve(TaskRecord task) {
        if (task.key() != null && committer.hasLaneForWaits()
                || task.key() instanceof TaskKey.WhileQueued
                || dispatcher.limits().concern(task)) {
            matching.expect(List.of(task));
            return null;
        }
        return matching.reserve(task.queue(), task.name());
    }

    /** Stores many tasks in one commit. */
    public CompletableFuture<List<Outcome>> pushAll(List<TaskRecord> tasks) {
        Instant now = clock.instant();
        List<Change> inserts = new ArrayList<>();
        matching.expect(tasks);
        tasks.forEach(task -> inserts.add(insert(task, now, null)));
        return committer.submitAll(inserts).whenComplete((outcomes, error) -> {
            if (outcomes != null) {
                dispatcher.readyAll(outcomes);
            }
            matching.arrived(tasks);
        });
    }

    /** Rows that others have written are said to be there; what is not true of them comes out when they are claimed. */
    public void written(List<Claimable> tasks) {
        if (tasks.isEmpty()) {
            dispatcher.wake();
        } else {
            dispatcher.ready(tasks.stream()
                    .filter(task -> !dispatcher.leases().has(task.jid()))
                    .toList());
        }
    }

    private Change.Insert insert(TaskRecord task, Instant now, @Nullable Lease lease) {
        Instant dueAt = task.at() != null && task.at().isAfter(now) ? task.at() : now;
        return new Change.Insert(
                task.jid(),
                task.name(),
                task.queue(),
                task.priority(),
                dueAt,
                now,
                task.text(),
                task.key(),
                task.mutex() == null ? null : task.mutex().name(),
                lease);
    }
}

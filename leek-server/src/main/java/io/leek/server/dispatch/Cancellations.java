package io.leek.server.dispatch;

import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Lease;
import io.leek.server.store.Outcome;
import io.leek.server.store.QueuedTask;
import io.leek.server.store.TaskStore;
import io.leek.task.FailureReason;
import io.leek.task.TaskFailure;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.springframework.dao.CannotAcquireLockException;

/**
 * Cancels tasks: those that wait at once, those that run by telling their workers. These are told again each second, for
 * the word may overtake the task on its way to the worker; and what went back to its queue nevertheless is ended then.
 */
final class Cancellations {

    /** A hand-out that is being committed has the row for some milliseconds; another transaction may for longer. */
    private static final int TRIES = 5;

    private static final Executor LATER = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

    private final TaskStore store;
    private final Committer committer;
    private final Dispatcher dispatcher;
    private final Clock clock;

    Cancellations(TaskStore store, Committer committer, Dispatcher dispatcher, Clock clock) {
        this.store = store;
        this.committer = committer;
        this.dispatcher = dispatcher;
        this.clock = clock;
    }

    /** False where there is no such task, or it has finished. */
    CompletableFuture<Boolean> cancel(String jid) {
        return cancel(jid, TRIES);
    }

    private CompletableFuture<Boolean> cancel(String jid, int tries) {
        return committer
                .submit(new Change.Cancel(jid, clock.instant()))
                .thenApply(outcome -> {
                    if (outcome instanceof Outcome.Running running) {
                        dispatcher.leases().cancel(running.row().seq());
                        tell(running.row());
                    }
                    return !(outcome instanceof Outcome.Lost);
                })
                .exceptionallyCompose(error -> tries > 1 && isBusy(error)
                        ? CompletableFuture.supplyAsync(() -> cancel(jid, tries - 1), LATER)
                                .thenCompose(again -> again)
                        : CompletableFuture.failedFuture(error));
    }

    private static boolean isBusy(Throwable error) {
        return error instanceof CannotAcquireLockException || error.getCause() instanceof CannotAcquireLockException;
    }

    void sweep() {
        Set<Long> before = dispatcher.leases().cancelled();
        List<QueuedTask> rows = store.cancelled();
        Set<Long> cancelled = rows.stream().map(QueuedTask::seq).collect(Collectors.toSet());
        cancelled.forEach(dispatcher.leases()::cancel);
        before.stream().filter(seq -> !cancelled.contains(seq)).forEach(dispatcher.leases()::forgetCancelled);
        for (QueuedTask row : rows) {
            if (row.lease() == null) {
                // Once, as it comes again: by then it may have been put back, and is not to be cancelled anew.
                cancel(row.jid(), 1);
            } else {
                tell(row);
            }
        }
    }

    /** The same failure, of a task that would run again but was cancelled. */
    static TaskFailure cancelled(TaskFailure failure) {
        return new TaskFailure(
                FailureReason.CANCELLED.text(), failure.errtype(), failure.message(), failure.backtrace());
    }

    /** Where another server looks after the lease, it sees in the store what is to be told. */
    private void tell(QueuedTask row) {
        Lease lease = row.lease();
        Optional<Held> held = lease == null
                ? Optional.empty()
                : dispatcher.leases().find(row.jid()).filter(known -> known.has(lease.token()));
        if (held.isEmpty() || lease == null) {
            return;
        }
        Optional<WorkerEntry> worker =
                dispatcher.workers().find(lease.workerId()).filter(WorkerEntry::isJoined);
        worker.ifPresentOrElse(known -> known.cancel(row.jid(), lease.token()), () -> end(held.get()));
    }

    /** No other worker than Leek's own can be told; what it answers does not count any more. */
    private void end(Held held) {
        TaskFailure failure = TaskFailure.of(
                FailureReason.CANCELLED,
                CancellationException.class.getName(),
                "cancelled while worker " + held.lease().workerId() + " had it",
                List.of());
        committer
                .submit(new Change.Fail(held.row().jid(), held.lease().token(), clock.instant(), failure))
                .thenAccept(outcome -> dispatcher.ended(held));
    }
}

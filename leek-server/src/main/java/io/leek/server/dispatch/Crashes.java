package io.leek.server.dispatch;

import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Lease;
import io.leek.server.store.Outcome;
import io.leek.server.store.QueuedTask;
import io.leek.task.FailureReason;
import io.leek.task.TaskFailure;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends attempts whose process is gone. */
final class Crashes {

    private static final Logger log = LoggerFactory.getLogger(Crashes.class);

    private final Committer committer;
    private final Dispatcher dispatcher;
    private final Clock clock;
    private final int maxCrashes;

    Crashes(Committer committer, Dispatcher dispatcher, Clock clock, int maxCrashes) {
        this.committer = committer;
        this.dispatcher = dispatcher;
        this.clock = clock;
        this.maxCrashes = maxCrashes;
    }

    /** The task runs again, unless it took too many processes down. */
    CompletableFuture<Outcome> crash(QueuedTask row, Lease lease) {
        Instant now = clock.instant();
        int crashes = row.crashes() + 1;
        if (dispatcher.leases().isCancelled(row)) {
            TaskFailure gone = TaskFailure.of(
                    FailureReason.CANCELLED,
                    "WorkerCrashed",
                    "cancelled, and its process ended while it ran",
                    List.of());
            return end(row, new Change.Fail(row.jid(), lease.token(), now, gone), lease, () -> {});
        }
        if (crashes < maxCrashes) {
            return end(row, new Change.Crash(row.jid(), lease.token(), now), lease, () -> {
                log.warn(
                        "Task {} ({}): worker {} ended while it ran, crash {} of {}; it runs again",
                        row.jid(),
                        row.name(),
                        lease.workerId(),
                        crashes,
                        maxCrashes);
                dispatcher.ready(List.of(row.crashed().claimable()));
            });
        }
        TaskFailure failure = TaskFailure.of(
                FailureReason.CRASHED,
                "WorkerCrashed",
                "its process ended while it ran, " + crashes + " times (leek.server.max-crashes=" + maxCrashes + ")",
                List.of());
        return end(
                row,
                new Change.Fail(row.jid(), lease.token(), now, failure),
                lease,
                () -> log.error(
                        "Task {} ({}): its process ended while it ran, {} times; it is parked as failed. Mend it, then"
                                + " retry it",
                        row.jid(),
                        row.name(),
                        crashes));
    }

    /** Nobody is left to say again how it ended: if it can't be stored, the lease is one that nobody remembers. */
    private CompletableFuture<Outcome> end(QueuedTask row, Change.Ending change, Lease lease, Runnable ended) {
        return committer.submit(change).whenComplete((outcome, error) -> {
            dispatcher
                    .leases()
                    .find(change.jid())
                    .filter(held -> held.has(lease.token()))
                    .ifPresentOrElse(
                            dispatcher::ended, () -> dispatcher.limits().ended(row.mutex()));
            if (outcome instanceof Outcome.Done) {
                ended.run();
            }
        });
    }
}

package io.leek.server.dispatch;

import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Lease;
import io.leek.server.store.Outcome;
import io.leek.server.store.QueuedTask;
import io.leek.server.store.TaskStore;
import io.leek.task.FailureReason;
import io.leek.wire.Command;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Leek worker says what it knows and what it still runs, at its start and after each reconnect. */
public final class Joining {

    private static final Logger log = LoggerFactory.getLogger(Joining.class);

    private static final int PARKED_PAGE = 1_000;

    private final TaskStore store;
    private final Committer committer;
    private final Dispatcher dispatcher;
    private final Attempts attempts;
    private final Executor reads;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final String serverId;
    private final Set<String> joined = ConcurrentHashMap.newKeySet();

    public Joining(
            TaskStore store,
            Committer committer,
            Dispatcher dispatcher,
            Attempts attempts,
            Executor reads,
            Clock clock,
            LongSupplier nanoTime,
            String serverId) {
        this.store = store;
        this.committer = committer;
        this.dispatcher = dispatcher;
        this.attempts = attempts;
        this.reads = reads;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.serverId = serverId;
    }

    /** Whether a worker that lives with this server, or another of its process, has ever joined, also when it is gone. */
    public boolean hasJoined(String wid) {
        return joined.stream().anyMatch(id -> Workers.isOfProcess(wid, id));
    }

    /** Returns the tasks among those held that the worker has lost. */
    public CompletableFuture<List<String>> join(
            String wid, List<String> names, List<String> queues, int concurrency, List<Command.Held> held) {
        WorkerEntry worker = dispatcher.workers().seen(wid);
        releaseWhatNeverArrived(worker, held);
        boolean isFirst = !worker.isJoined();
        worker.joined(names, queues, concurrency);
        if (wid.contains(serverId)) {
            joined.add(wid);
        }
        if (isFirst) {
            log.info("Worker {} joined: {} task names, queues {}", wid, names.size(), queues);
        }
        CompletableFuture<List<String>> lost = keep(wid, held);
        if (isFirst) {
            reads.execute(() -> requeueParked(Set.copyOf(names)));
        }
        return lost;
    }

    /** A task whose hand-out broke with its connection is held by nobody, though its worker lives. */
    private void releaseWhatNeverArrived(WorkerEntry worker, List<Command.Held> held) {
        Set<String> holds = held.stream().map(Command.Held::lease).collect(Collectors.toSet());
        List<Held> missing = dispatcher.leases().of(worker.wid()).stream()
                .filter(lease -> !holds.contains(lease.lease().token()))
                .toList();
        Set<String> overdue = worker.missing(
                missing.stream().map(lease -> lease.lease().token()).toList(), nanoTime.getAsLong());
        for (Held lease : missing) {
            if (overdue.contains(lease.lease().token())) {
                log.warn(
                        "Task {} ({}) was handed to worker {}, which does not have it; it goes to the next",
                        lease.row().jid(),
                        lease.row().name(),
                        worker.wid());
                dispatcher.release(lease, null);
            }
        }
    }

    private CompletableFuture<List<String>> keep(String wid, List<Command.Held> held) {
        List<Command.Held> foreign = held.stream()
                .filter(task -> dispatcher
                        .leases()
                        .find(task.jid())
                        .filter(known -> known.has(task.lease()))
                        .isEmpty())
                .toList();
        if (foreign.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return CompletableFuture.supplyAsync(() -> adopt(wid, foreign), reads);
    }

    /** Looks after leases that another server, or this one before its restart, has given. */
    private List<String> adopt(String wid, List<Command.Held> held) {
        List<String> lost = new ArrayList<>();
        var leased = store.leased().stream().collect(Collectors.toMap(QueuedTask::jid, row -> row));
        for (Command.Held task : held) {
            QueuedTask row = leased.get(task.jid());
            Lease lease = row == null ? null : row.lease();
            if (row == null || lease == null || !lease.token().equals(task.lease()) || !renew(row, lease)) {
                lost.add(task.jid());
            }
        }
        // Most often its answer is being committed this moment; only the worker knows.
        log.debug("Worker {} named {} tasks that it does not hold", wid, lost.size());
        return lost;
    }

    private boolean renew(QueuedTask row, Lease lease) {
        Change renew =
                new Change.Renew(row.jid(), lease.token(), clock.instant().plus(Leases.FIRST_RESERVATION), serverId);
        try {
            boolean kept = committer.submit(renew).join() instanceof Outcome.Done;
            if (kept) {
                Lease ours = new Lease(lease.token(), lease.startedAt(), lease.until(), lease.workerId(), serverId);
                dispatcher.leases().add(Assignment.of(row, ours));
            }
            return kept;
        } catch (CompletionException e) {
            log.warn(
                    "The lease of task {} could not be taken over, its worker says it again: {}",
                    row.jid(),
                    e.toString());
            return true;
        }
    }

    private void requeueParked(Set<String> names) {
        try {
            List<String> parked = store.parked(FailureReason.UNKNOWN_TASK, names, PARKED_PAGE);
            if (!parked.isEmpty()) {
                long requeued = attempts.retryAll(parked).join();
                log.info("{} tasks that were parked as unknown run now that a worker knows their names", requeued);
            }
            if (parked.size() == PARKED_PAGE) {
                // The thread has others to serve between one page and the next.
                reads.execute(() -> requeueParked(names));
            }
        } catch (RuntimeException e) {
            log.warn("Parked tasks could not be put back, it is tried when a worker joins again: {}", e.toString());
        }
    }
}

package io.leek.server.recovery;

import io.leek.server.dispatch.Attempts;
import io.leek.server.dispatch.Dispatcher;
import io.leek.server.store.Lease;
import io.leek.server.store.QueuedTask;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Leases whose server is gone. A worker that lived with its server is gone too, so its task runs again at once. One
 * elsewhere may still run it, and gets a minute to join a server and say so.
 */
final class Orphans {

    private static final Duration GRACE = Duration.ofSeconds(60);

    private final Dispatcher dispatcher;
    private final Attempts attempts;
    private final LongSupplier nanoTime;
    private final Map<String, Long> since = new HashMap<>();

    Orphans(Dispatcher dispatcher, Attempts attempts, LongSupplier nanoTime) {
        this.dispatcher = dispatcher;
        this.attempts = attempts;
        this.nanoTime = nanoTime;
    }

    void settle(List<QueuedTask> orphans) {
        Set<String> tokens = orphans.stream()
                .map(QueuedTask::lease)
                .filter(lease -> lease != null)
                .map(Lease::token)
                .collect(Collectors.toSet());
        since.keySet().retainAll(tokens);
        for (QueuedTask row : orphans) {
            Lease lease = row.lease();
            if (lease != null && !dispatcher.holds(row.jid(), lease.token())) {
                settle(row, lease);
            }
        }
    }

    private void settle(QueuedTask row, Lease lease) {
        if (!WorkerIds.isLeek(lease.workerId())) {
            dispatcher.adopt(row, lease);
        } else if (WorkerIds.livedWith(lease.serverId(), lease.workerId()) || isGraceOver(lease)) {
            since.remove(lease.token());
            attempts.crash(row, lease).join();
        }
    }

    private boolean isGraceOver(Lease lease) {
        long now = nanoTime.getAsLong();
        return now - since.computeIfAbsent(lease.token(), first -> now) > GRACE.toNanos();
    }
}

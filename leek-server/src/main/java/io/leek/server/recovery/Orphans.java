package io.leek.server.recovery;

import io.leek.server.dispatch.Attempts;
import io.leek.server.dispatch.Dispatcher;
import io.leek.server.store.Lease;
import io.leek.server.store.QueuedTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases that nobody looks after, most often because their server is gone. A worker that lived with its server is gone too,
 * so its task runs again at once. One elsewhere may still run it, and gets a minute to join a server and say so. What it does
 * not name when it joins never arrived, so it goes to the next as if it had not been handed out.
 */
final class Orphans {

    private static final Duration GRACE = Duration.ofSeconds(60);

    /** A worker that has joined says every 15 s what it holds. */
    private static final Duration GRACE_AFTER_JOIN = Duration.ofSeconds(40);

    private static final Logger log = LoggerFactory.getLogger(Orphans.class);

    private final Dispatcher dispatcher;
    private final Attempts attempts;
    private final LongSupplier nanoTime;
    private final Map<Orphan, Long> since = new HashMap<>();

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
        since.keySet().removeIf(orphan -> !tokens.contains(orphan.token()));
        // All at once: one commit after the other would take so long that this server itself might count as dead.
        List<CompletableFuture<?>> settled = new ArrayList<>();
        for (QueuedTask row : orphans) {
            Lease lease = row.lease();
            if (lease != null && !dispatcher.holds(row.jid(), lease.token())) {
                settled.add(settle(row, lease));
            }
        }
        CompletableFuture.allOf(settled.toArray(CompletableFuture[]::new))
                .handle((done, error) -> {
                    if (error != null) {
                        log.debug("Not all leases could be settled, the rest is tried again", error);
                    }
                    return done;
                })
                .join();
    }

    private CompletableFuture<?> settle(QueuedTask row, Lease lease) {
        boolean hasJoined = dispatcher.workers().isJoined(lease.workerId());
        if (!WorkerIds.isLeek(lease.workerId())) {
            dispatcher.adopt(row, lease);
        } else if (!hasJoined && WorkerIds.livedWith(lease.serverId(), lease.workerId())) {
            return attempts.crash(row, lease);
        } else if (isGraceOver(new Orphan(lease.token(), hasJoined))) {
            if (hasJoined) {
                log.warn(
                        "Task {} ({}) was handed to worker {}, and nobody looks after it; it goes to the next",
                        row.jid(),
                        row.name(),
                        lease.workerId());
                return attempts.release(row.jid(), lease.token(), Duration.ZERO);
            }
            return attempts.crash(row, lease);
        }
        return CompletableFuture.completedFuture(null);
    }

    private boolean isGraceOver(Orphan orphan) {
        long now = nanoTime.getAsLong();
        Duration grace = orphan.hasJoined() ? GRACE_AFTER_JOIN : GRACE;
        return now - since.computeIfAbsent(orphan, first -> now) >= grace.toNanos();
    }

    private record Orphan(String token, boolean hasJoined) {}
}

package io.leek.server.recovery;

import io.leek.server.dispatch.Dispatcher;
import io.leek.server.store.QueuedTask;
import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.LeaseName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds leases of this server that it does not remember: the database refused the end of the attempt, or an application's
 * transaction took the row and was rolled back. Leases whose task is not queued are deleted.
 */
final class Forgotten {

    /** What is just being handed out or ended is remembered, or gone, by then. */
    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(Forgotten.class);

    private final TaskStore store;
    private final Dispatcher dispatcher;
    private final LongSupplier nanoTime;
    private final String serverId;
    private final Map<LeaseName, Long> since = new HashMap<>();

    Forgotten(TaskStore store, Dispatcher dispatcher, LongSupplier nanoTime, String serverId) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.nanoTime = nanoTime;
        this.serverId = serverId;
    }

    /** Those that were found before, too. Leases are read with their tasks, which may be large, only where there are some. */
    List<QueuedTask> leased() {
        long now = nanoTime.getAsLong();
        Set<LeaseName> unknown = store.leases(serverId).stream()
                .filter(lease -> lease.jid() == null || !dispatcher.holds(lease.jid(), lease.token()))
                .collect(Collectors.toSet());
        since.keySet().retainAll(unknown);
        unknown.forEach(lease -> since.putIfAbsent(lease, now));
        Set<LeaseName> forgotten = unknown.stream()
                .filter(lease -> now - since.getOrDefault(lease, now) >= BETWEEN_LOOKS.toNanos())
                .collect(Collectors.toSet());
        if (forgotten.isEmpty()) {
            return List.of();
        }
        drop(forgotten);
        return store.leased().stream()
                .filter(row -> row.lease() != null
                        && forgotten.contains(
                                new LeaseName(row.jid(), row.lease().token())))
                .toList();
    }

    private void drop(Set<LeaseName> forgotten) {
        List<String> strays = forgotten.stream()
                .filter(lease -> lease.jid() == null)
                .map(LeaseName::token)
                .toList();
        if (!strays.isEmpty()) {
            log.info("{} leases are deleted, whose tasks are not in the queue any more", strays.size());
            store.dropLeases(strays);
        }
    }
}

package io.leek.server.dispatch;

import io.leek.server.store.Lease;
import io.leek.server.store.QueuedTask;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The leases that this server looks after, by task. Safe for use by many threads. */
final class Leases {

    /** What a claim reserves before the record has been read; the store's time is only a net. */
    static final Duration FIRST_RESERVATION = Duration.ofMinutes(30);

    private final Map<String, Held> byTask = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    Leases(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    Held add(QueuedTask row, Lease lease) {
        Held held = Held.of(row, lease, nanoTime.getAsLong());
        byTask.put(row.jid(), held);
        return held;
    }

    void adopt(QueuedTask row, Lease lease, Instant now) {
        Held held = Held.of(row, lease, nanoTime.getAsLong());
        // A claim is made before the record is read, so the row may say another end than the record.
        Duration left = Duration.between(now, lease.startedAt().plus(held.reserveFor()));
        byTask.put(row.jid(), held.expiringIn(left, nanoTime.getAsLong()));
    }

    /** Its reservation begins anew, unless it has ended meanwhile. */
    void renewed(Held held) {
        Held fresh = Held.of(held.row(), held.lease(), nanoTime.getAsLong());
        byTask.replace(held.row().jid(), held, fresh);
    }

    Optional<Held> find(String jid) {
        return Optional.ofNullable(byTask.get(jid));
    }

    boolean has(String jid) {
        return byTask.containsKey(jid);
    }

    int count() {
        return byTask.size();
    }

    void remove(Held held) {
        byTask.remove(held.row().jid(), held);
    }

    List<Held> of(String workerId) {
        return byTask.values().stream()
                .filter(held -> held.lease().workerId().equals(workerId))
                .toList();
    }

    /** Those whose reservation is over by the given share: 1 for all of it. */
    List<Held> spent(double share) {
        long now = nanoTime.getAsLong();
        return byTask.values().stream()
                .filter(held -> held.deadline() - now < held.reserveFor().toNanos() * (1 - share))
                .toList();
    }
}

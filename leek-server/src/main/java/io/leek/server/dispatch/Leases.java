package io.leek.server.dispatch;

import io.leek.server.store.Change;
import io.leek.server.store.Lease;
import io.leek.server.store.QueuedTask;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The leases that this server looks after, by task. Safe for use by many threads. */
final class Leases {

    /** What a claim reserves before the record has been read; the store's time is only a net. */
    static final Duration FIRST_RESERVATION = Duration.ofMinutes(30);

    private final Map<String, Held> byTask = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Held>> byWorker = new ConcurrentHashMap<>();
    private final Map<String, String> fragile = new ConcurrentHashMap<>();

    /** By their places in the queue. */
    private final Set<Long> cancelled = ConcurrentHashMap.newKeySet();

    private final LongSupplier nanoTime;
    private final int maxCrashes;

    Leases(LongSupplier nanoTime, int maxCrashes) {
        this.nanoTime = nanoTime;
        this.maxCrashes = maxCrashes;
    }

    /** Whether one more crash would park a task. */
    boolean isFragile(int crashes) {
        return crashes + 1 >= maxCrashes;
    }

    boolean hasFragile(String workerId) {
        return !fragile.isEmpty() && fragile.containsValue(workerId);
    }

    /** The task of this place is to end with its run. */
    void cancel(long seq) {
        cancelled.add(seq);
    }

    void forgetCancelled(long seq) {
        cancelled.remove(seq);
    }

    Set<Long> cancelled() {
        return Set.copyOf(cancelled);
    }

    boolean isCancelled(QueuedTask row) {
        return !cancelled.isEmpty() && cancelled.contains(row.seq());
    }

    /** Gives a task back, or ends it there where it was cancelled. */
    List<Change> releasing(Held held, @Nullable Instant dueAt, Instant now) {
        String jid = held.row().jid();
        Change release = new Change.Release(jid, held.lease().token(), dueAt);
        return isCancelled(held.row()) ? List.of(release, new Change.Cancel(jid, now)) : List.of(release);
    }

    Held add(Assignment task) {
        Held held = Held.of(task, nanoTime.getAsLong());
        put(held);
        return held;
    }

    void adopt(QueuedTask row, Lease lease, Instant now) {
        Held held = Held.of(Assignment.of(row, lease), nanoTime.getAsLong());
        // A claim is made before the record is read, so the row may say another end than the record.
        Duration left = Duration.between(now, lease.startedAt().plus(held.reserveFor()));
        put(held.expiringIn(left, nanoTime.getAsLong()));
    }

    /** Its reservation begins anew, unless it has ended meanwhile. */
    void renewed(Held held) {
        Held fresh = held.expiringIn(held.reserveFor(), nanoTime.getAsLong());
        if (byTask.replace(held.row().jid(), held, fresh)) {
            byWorker.computeIfPresent(held.lease().workerId(), (worker, all) -> {
                all.replace(held.row().jid(), held, fresh);
                return all;
            });
        }
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
        if (byTask.remove(held.row().jid(), held)) {
            forget(held);
        }
    }

    List<Held> of(String workerId) {
        return List.copyOf(byWorker.getOrDefault(workerId, Map.of()).values());
    }

    int countOf(String workerId) {
        return byWorker.getOrDefault(workerId, Map.of()).size();
    }

    private void put(Held held) {
        String jid = held.row().jid();
        Held before = byTask.put(jid, held);
        if (before != null) {
            forget(before);
        }
        byWorker.compute(held.lease().workerId(), (worker, known) -> {
            Map<String, Held> all = known == null ? new ConcurrentHashMap<>() : known;
            all.put(jid, held);
            return all;
        });
        if (isFragile(held.row().crashes())) {
            fragile.put(jid, held.lease().workerId());
        }
    }

    private void forget(Held held) {
        fragile.remove(held.row().jid(), held.lease().workerId());
        byWorker.computeIfPresent(held.lease().workerId(), (worker, all) -> {
            all.remove(held.row().jid(), held);
            return all.isEmpty() ? null : all;
        });
    }

    /** Those whose reservation is over by the given share: 1 for all of it. */
    List<Held> spent(double share) {
        long now = nanoTime.getAsLong();
        return byTask.values().stream()
                .filter(held -> held.deadline() - now < held.reserveFor().toNanos() * (1 - share))
                .toList();
    }
}

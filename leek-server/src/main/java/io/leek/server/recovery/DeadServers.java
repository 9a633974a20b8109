package io.leek.server.recovery;

import io.leek.server.store.QueuedTask;
import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.Beat;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Tells which servers are dead: those whose heartbeat counter stands still. Clocks of other machines play no part. */
final class DeadServers {

    static final Duration STANDSTILL = Duration.ofSeconds(15);

    /** Looks come every 5 s. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);

    private final TaskStore store;
    private final LongSupplier nanoTime;
    private final String serverId;
    private final Map<String, Seen> seen = new HashMap<>();
    private Set<String> aliveBefore = Set.of();
    private boolean isUnsettled = true;
    private long lookedAt;

    DeadServers(TaskStore store, LongSupplier nanoTime, String serverId) {
        this.store = store;
        this.nanoTime = nanoTime;
        this.serverId = serverId;
        lookedAt = nanoTime.getAsLong();
    }

    /**
     * The leases of servers that are dead or were forgotten. Leases are read with their tasks, which may be large, so it is
     * done only where a server is missing that was there the last time, and while some are left.
     */
    List<QueuedTask> orphans() {
        Set<String> alive = alive();
        if (!isUnsettled && alive.containsAll(aliveBefore)) {
            aliveBefore = alive;
            return List.of();
        }
        List<QueuedTask> orphans = store.leased().stream()
                .filter(row ->
                        row.lease() != null && !alive.contains(row.lease().serverId()))
                .toList();
        isUnsettled = !orphans.isEmpty();
        aliveBefore = alive;
        return orphans;
    }

    private Set<String> alive() {
        if (store.isExclusive()) {
            if (aliveBefore.isEmpty()) {
                forgetOthers();
            }
            return Set.of(serverId);
        }
        long now = nanoTime.getAsLong();
        Set<String> alive = new HashSet<>(Set.of(serverId));
        Set<String> dead = new HashSet<>();
        Set<String> known = new HashSet<>();
        List<Beat> beats = store.beats();
        if (now - lookedAt > LONGEST_LOOK.toNanos()) {
            // Nobody could beat, or be seen to, while the database was away: the observation begins anew.
            seen.clear();
        }
        lookedAt = now;
        for (Beat beat : beats) {
            known.add(beat.serverId());
            Seen before = seen.get(beat.serverId());
            if (before == null || before.counter() != beat.counter()) {
                seen.put(beat.serverId(), new Seen(beat.counter(), now));
                alive.add(beat.serverId());
            } else if (now - before.at() < STANDSTILL.toNanos()) {
                alive.add(beat.serverId());
            } else if (!beat.serverId().equals(serverId)) {
                dead.add(beat.serverId());
            }
        }
        seen.keySet().retainAll(known);
        if (!dead.isEmpty()) {
            store.forget(dead);
        }
        return alive;
    }

    /** A file of our own has no other user: who still has a heartbeat in it was killed. */
    private void forgetOthers() {
        Set<String> others = store.beats().stream()
                .map(Beat::serverId)
                .filter(id -> !id.equals(serverId))
                .collect(Collectors.toSet());
        if (!others.isEmpty()) {
            store.forget(others);
        }
    }

    private record Seen(long counter, long at) {}
}

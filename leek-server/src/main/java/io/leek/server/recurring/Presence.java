package io.leek.server.recurring;

import io.leek.server.store.RecurringStore.Declared;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Which recurring tasks are still declared: by how long this server has seen one unchanged, not by the wall clock, nor while
 * this process stood still. After a pause of it or its machine applications get as long to come back.
 */
final class Presence {

    /** What nobody has declared for so long is gone; instances of two versions take turns meanwhile. */
    static final Duration KEPT = Duration.ofHours(1);

    /** Nothing was looked at for so long: the process stood still. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final LongSupplier nanoTime;
    private final Map<String, Seen> seen = new HashMap<>();
    private long lookedAt;

    Presence(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        lookedAt = nanoTime.getAsLong();
    }

    /** To be called often, whether there is anything to look at or not. */
    void look() {
        long now = nanoTime.getAsLong();
        if (now - lookedAt > PAUSE.toNanos()) {
            seen.clear();
        }
        lookedAt = now;
    }

    void keepOnly(List<Declared> tasks) {
        seen.keySet().retainAll(tasks.stream().map(Declared::name).toList());
    }

    boolean isOver(Declared task) {
        Seen last = seen.get(task.name());
        if (last == null || !last.declaredAt().equals(task.declaredAt())) {
            seen.put(task.name(), new Seen(task.declaredAt(), lookedAt));
            return false;
        }
        return lookedAt - last.at() > KEPT.toNanos();
    }

    private record Seen(Instant declaredAt, long at) {}
}

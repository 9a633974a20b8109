package io.leek.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Trouble that goes on is said once a minute at most, for each kind of it. */
public final class OncePerMinute {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    /** Kinds may come from outside, such as the addresses of clients. */
    private static final int MAX_KINDS = 1_000;

    private final LongSupplier nanoTime;
    private final Map<String, Long> saidAt = new HashMap<>();

    public OncePerMinute() {
        this(System::nanoTime);
    }

    public OncePerMinute(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether it may be said now; if so, it counts as said. */
    public synchronized boolean isDue(String kind) {
        long now = nanoTime.getAsLong();
        Long before = saidAt.get(kind);
        if (before != null && now - before < MINUTE) {
            return false;
        }
        if (before == null && saidAt.size() >= MAX_KINDS) {
            saidAt.values().removeIf(at -> now - at >= MINUTE);
            if (saidAt.size() >= MAX_KINDS) {
                return false;
            }
        }
        saidAt.put(kind, now);
        return true;
    }
}

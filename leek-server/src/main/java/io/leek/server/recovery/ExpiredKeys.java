package io.leek.server.recovery;

import io.leek.server.store.TaskStore;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Deletes keys whose time is over: a page at a time, sooner after a full one. */
final class ExpiredKeys {

    /** Between pages that were not full. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    /** Keys a page. */
    static final int PAGE = 1_000;

    /** So long they are kept beyond their time: the clocks of other servers may be behind. */
    static final Duration MARGIN = Duration.ofMinutes(1);

    private final TaskStore store;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private long dueAt;

    ExpiredKeys(TaskStore store, Clock clock, LongSupplier nanoTime) {
        this.store = store;
        this.clock = clock;
        this.nanoTime = nanoTime;
        dueAt = nanoTime.getAsLong() + PAUSE.toNanos();
    }

    void sweep() {
        if (nanoTime.getAsLong() - dueAt < 0) {
            return;
        }
        boolean isMore = store.sweepKeys(clock.instant().minus(MARGIN), PAGE) == PAGE;
        dueAt = nanoTime.getAsLong() + (isMore ? 0 : PAUSE.toNanos());
    }
}

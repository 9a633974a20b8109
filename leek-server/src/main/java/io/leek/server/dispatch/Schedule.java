package io.leek.server.dispatch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One timer, set to the earliest time at which a task becomes due. */
final class Schedule implements AutoCloseable {

    /** The clock may be set; a timer is never trusted for longer. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Clock clock;
    private final Runnable due;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(run -> {
        Thread thread = new Thread(run, "leek-schedule");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable Instant next;
    private @Nullable ScheduledFuture<?> set;
    private boolean unknown = true;

    Schedule(Clock clock, Runnable due) {
        this.clock = clock;
        this.due = due;
    }

    /** Another task becomes due then. */
    synchronized void at(Instant dueAt) {
        if (next == null || dueAt.isBefore(next)) {
            set(dueAt);
        }
    }

    /** The earliest that the store knows; null for none. */
    synchronized void next(@Nullable Instant dueAt) {
        unknown = false;
        if (dueAt != null) {
            at(dueAt);
        }
    }

    synchronized void unknown() {
        unknown = true;
    }

    /** Whether the store has not been asked since the timer last went off. */
    synchronized boolean isUnknown() {
        return unknown;
    }

    @Override
    public synchronized void close() {
        timer.shutdownNow();
    }

    private void set(Instant dueAt) {
        if (set != null) {
            set.cancel(false);
        }
        if (timer.isShutdown()) {
            return;
        }
        next = dueAt;
        Duration wait = Duration.between(clock.instant(), dueAt);
        long nanos = Math.max(0, (wait.compareTo(LONGEST) > 0 ? LONGEST : wait).toNanos());
        // Rounded up, so that the task is due when the timer says so.
        set = timer.schedule(this::fire, nanos + TimeUnit.MILLISECONDS.toNanos(1), TimeUnit.NANOSECONDS);
    }

    private void fire() {
        synchronized (this) {
            next = null;
            unknown = true;
        }
        due.run();
    }
}

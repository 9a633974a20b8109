package io.leek.server.recovery;

import io.leek.log.OncePerMinute;
import io.leek.server.store.TaskStore;
import io.leek.task.TaskState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes finished tasks that have been kept long enough. On a thread and a connection of its own, and in batches so
 * short, with pauses so long, that what is pushed meanwhile hardly waits.
 */
public final class Retention implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    /** Most rows of one transaction. */
    static final int MAX_BATCH = 1_000;

    /** How long a batch should take; the next one is made smaller or larger for it. */
    static final Duration BATCH_TIME = Duration.ofMillis(50);

    /** Between looks while there is nothing to delete. */
    static final Duration IDLE = Duration.ofSeconds(10);

    /** Rounds after a deletion in which space is given back: the database itself takes seconds to notice that it is free. */
    static final int SPACE_ROUNDS = 5;

    static final Duration SPACE_PAUSE = Duration.ofSeconds(2);

    /** A pause is so many times as long as the batch before it. */
    private static final int PAUSE_FACTOR = 2;

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);
    private static final long CLOSE_SECONDS = 10;

    private final TaskStore store;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final OncePerMinute said;
    private final Map<TaskState, Duration> keep = new EnumMap<>(TaskState.class);
    private @Nullable ScheduledThreadPoolExecutor timer;
    private int limit = MAX_BATCH;
    private int spaceRounds;

    public Retention(TaskStore store, Clock clock, LongSupplier nanoTime, Settings settings) {
        this.store = store;
        this.clock = clock;
        this.nanoTime = nanoTime;
        if (settings.success() != null) {
            keep.put(TaskState.SUCCESS, settings.success());
        }
        if (settings.failed() != null) {
            keep.put(TaskState.FAILED, settings.failed());
        }
        said = new OncePerMinute(nanoTime);
    }

    /** How long tasks are kept after they have finished; null for ever. */
    public record Settings(
            @Nullable Duration success, @Nullable Duration failed) {

        public static final Settings FOREVER = new Settings(null, null);
    }

    /** Deletes from now on, until it is closed; does nothing where all is kept for ever. */
    public void start() {
        if (keep.isEmpty()) {
            return;
        }
        timer = new ScheduledThreadPoolExecutor(1, run -> {
            Thread thread = new Thread(run, "leek-retention");
            thread.setDaemon(true);
            return thread;
        });
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        schedule(timer, Duration.ZERO);
    }

    private void schedule(ScheduledThreadPoolExecutor on, Duration pause) {
        on.schedule(
                () -> {
                    Duration next = runQuietly();
                    if (!on.isShutdown()) {
                        schedule(on, next);
                    }
                },
                pause.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** One batch of each state; the pause until the next ones are due. */
    Duration run() {
        boolean isMore = false;
        long begun = nanoTime.getAsLong();
        Instant now = earlier(clock.instant(), store.databaseTime());
        for (Map.Entry<TaskState, Duration> kept : keep.entrySet()) {
            isMore |= purge(kept.getKey(), now.minus(kept.getValue()));
        }
        if (!isMore) {
            giveBackSpace();
            return spaceRounds > 0 ? SPACE_PAUSE : IDLE;
        }
        Duration pause = Duration.ofNanos(nanoTime.getAsLong() - begun).multipliedBy(PAUSE_FACTOR);
        return pause.compareTo(SHORTEST_PAUSE) > 0 ? pause : SHORTEST_PAUSE;
    }

    /** A clock that is ahead must not delete what is to be kept. */
    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** Whether there may be more. */
    private boolean purge(TaskState state, Instant finishedBefore) {
        int asked = limit;
        long begun = nanoTime.getAsLong();
        int purged = store.purge(state, finishedBefore, asked);
        if (purged > 0) {
            spaceRounds = SPACE_ROUNDS;
        }
        boolean isMore = purged == asked;
        if (isMore) {
            limit = next(asked, nanoTime.getAsLong() - begun);
        }
        return isMore;
    }

    private void giveBackSpace() {
        if (spaceRounds > 0 && !store.giveBackSpace()) {
            spaceRounds--;
        }
    }

    private static int next(int asked, long tookNanos) {
        long fitting = asked * BATCH_TIME.toNanos() / Math.max(1, tookNanos);
        return (int) Math.max(1, Math.min(fitting, MAX_BATCH));
    }

    /** As {@link #run}, but a failure only says so, once a minute. */
    Duration runQuietly() {
        try {
            return run();
        } catch (RuntimeException e) {
            if (said.isDue("purge")) {
                log.warn(
                        "Tasks older than leek.retention allows could not be deleted; it is tried again each {} s",
                        IDLE.toSeconds(),
                        e);
            }
            return IDLE;
        }
    }

    @Override
    public void close() {
        if (timer == null) {
            return;
        }
        // Without an interrupt: one inside a statement closes a whole H2 database.
        timer.shutdown();
        try {
            timer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

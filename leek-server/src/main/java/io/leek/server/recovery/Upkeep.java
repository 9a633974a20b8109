package io.leek.server.recovery;

import io.leek.log.OncePerMinute;
import io.leek.server.dispatch.Attempts;
import io.leek.server.dispatch.Dispatcher;
import io.leek.server.dispatch.Waits;
import io.leek.server.dispatch.WorkerEntry;
import io.leek.server.store.Committer;
import io.leek.server.store.TaskStore;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Once a second: the net below the fast paths. */
public final class Upkeep implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    private static final int BEAT_TICKS = 5;

    /** The workers of a server that has just started get this long to come. */
    private static final int FIRST_UNKNOWN_TICK = 10;

    private static final int FEWEST_UNKNOWN_TICKS = 2;
    private static final int MOST_UNKNOWN_TICKS = 300;

    /** The look for unknown tasks is dear with a long backlog; it may take this part of the time. */
    private static final int UNKNOWN_SHARE = 20;

    private static final long LONGEST_TICK_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long CLOSE_SECONDS = 10;

    private final TaskStore store;
    private final Dispatcher dispatcher;
    private final Attempts attempts;
    private final Waits waits;
    private final DeadServers deadServers;
    private final Forgotten forgotten;
    private final Orphans orphans;
    private final UnknownTasks unknownTasks;
    private final StrayAttempts strayAttempts;
    private final ExpiredKeys expiredKeys;
    private final ClockCheck clockCheck;
    private final OncePerMinute said;
    private final LongSupplier nanoTime;
    private final String serverId;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(run -> {
        Thread thread = new Thread(run, "leek-upkeep");
        thread.setDaemon(true);
        return thread;
    });
    private long tick;
    private long tickedAt;
    private boolean isClockRight = true;
    private long unknownTick = FIRST_UNKNOWN_TICK;

    public Upkeep(
            TaskStore store,
            Committer committer,
            Dispatcher dispatcher,
            Attempts attempts,
            Waits waits,
            Clocks clocks,
            Settings settings) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.attempts = attempts;
        this.waits = waits;
        nanoTime = clocks.nanoTime();
        serverId = settings.serverId();
        deadServers = new DeadServers(store, nanoTime, serverId);
        forgotten = new Forgotten(store, dispatcher, nanoTime, serverId);
        orphans = new Orphans(dispatcher, attempts, nanoTime);
        clockCheck = new ClockCheck(clocks);
        unknownTasks = new UnknownTasks(
                store, committer, dispatcher.workers(), clocks.wall(), nanoTime, settings.unknownAfter());
        strayAttempts = new StrayAttempts(store, nanoTime);
        expiredKeys = new ExpiredKeys(store, clocks.wall(), nanoTime);
        tickedAt = nanoTime.getAsLong();
        said = new OncePerMinute(nanoTime);
    }

    /** @param unknownAfter how long tasks wait for a worker that knows their name */
    public record Settings(String serverId, Duration unknownAfter) {}

    /** Settles what a crash left, then goes on once a second. */
    public void start() {
        tick();
        timer.scheduleWithFixedDelay(this::tickQuietly, 1, 1, TimeUnit.SECONDS);
    }

    /** One round. */
    public void tick() {
        boolean isBeatDue = tick % BEAT_TICKS == 0;
        if (isBeatDue) {
            store.beat(serverId);
        }
        tick++;
        each(
                () -> settle(isBeatDue),
                dispatcher.paused()::refresh,
                dispatcher::sweep,
                waits::sweep,
                this::forgiveOwnPause,
                attempts::expire,
                this::removeSilent,
                this::parkUnknown,
                strayAttempts::sweep,
                this::sweepKeys,
                attempts.reports()::save);
    }

    /** What was cancelled comes first, so that none of it runs again because its worker or server is gone. */
    private void settle(boolean isBeatDue) {
        attempts.sweepCancelled();
        if (isBeatDue) {
            isClockRight = clockCheck.isRight();
            dispatcher.suspend(!isClockRight);
            orphans.settle(Stream.concat(deadServers.orphans().stream(), forgotten.leased().stream())
                    .toList());
            dispatcher.letWaitersGo();
        }
    }

    /** One that fails holds up none of the others. */
    private static void each(Runnable... steps) {
        RuntimeException failed = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException e) {
                if (failed == null) {
                    failed = e;
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    private void removeSilent() {
        for (WorkerEntry worker : dispatcher.workers().removeSilent()) {
            if (worker.isJoined()) {
                log.warn("Worker {} has been silent for a minute and counts as gone", worker.wid());
                attempts.workerGone(worker.wid());
                worker.hangUp();
            }
        }
    }

    private void parkUnknown() {
        if (tick >= unknownTick && isClockRight) {
            long began = nanoTime.getAsLong();
            unknownTasks.check();
            long seconds = TimeUnit.NANOSECONDS.toSeconds((nanoTime.getAsLong() - began) * UNKNOWN_SHARE);
            unknownTick = tick + Math.min(MOST_UNKNOWN_TICKS, Math.max(FEWEST_UNKNOWN_TICKS, seconds));
        }
    }

    private void sweepKeys() {
        if (isClockRight) {
            expiredKeys.sweep();
        }
    }

    /** Where this process itself stood still, the workers could not be heard. */
    private void forgiveOwnPause() {
        long now = nanoTime.getAsLong();
        if (now - tickedAt > LONGEST_TICK_NANOS) {
            dispatcher.workers().forgiveSilence();
        }
        tickedAt = now;
    }

    @Override
    public void close() {
        // Without an interrupt: one inside a read closes a whole H2 database.
        timer.shutdown();
        try {
            timer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            attempts.reports().save();
            store.forget(Set.of(serverId));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.debug("The heartbeat could not be taken back; it stands still now", e);
        }
    }

    private void tickQuietly() {
        try {
            tick();
        } catch (RuntimeException e) {
            if (said.isDue("store")) {
                log.warn("The store does not answer as it should; it is tried again each second", e);
            }
        }
    }
}

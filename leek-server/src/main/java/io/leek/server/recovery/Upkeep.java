package io.leek.server.recovery;

import io.leek.server.dispatch.Attempts;
import io.leek.server.dispatch.Dispatcher;
import io.leek.server.dispatch.WorkerEntry;
import io.leek.server.store.Committer;
import io.leek.server.store.TaskStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Once a second: the net below the fast paths. */
public final class Upkeep implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    private static final int BEAT_TICKS = 5;
    private static final int UNKNOWN_TICKS = 10;
    private static final long LONGEST_TICK_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long CLOSE_SECONDS = 10;
    private static final long SAY_AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

    private final TaskStore store;
    private final Dispatcher dispatcher;
    private final Attempts attempts;
    private final DeadServers deadServers;
    private final Orphans orphans;
    private final UnknownTasks unknownTasks;
    private final LongSupplier nanoTime;
    private final String serverId;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(run -> {
        Thread thread = new Thread(run, "leek-upkeep");
        thread.setDaemon(true);
        return thread;
    });
    private long tick;
    private long tickedAt;
    private long saidAt;

    public Upkeep(
            TaskStore store,
            Committer committer,
            Dispatcher dispatcher,
            Attempts attempts,
            Clock clock,
            LongSupplier nanoTime,
            Settings settings) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.attempts = attempts;
        this.nanoTime = nanoTime;
        serverId = settings.serverId();
        deadServers = new DeadServers(store, nanoTime, serverId);
        orphans = new Orphans(dispatcher, attempts, nanoTime);
        unknownTasks = new UnknownTasks(store, committer, dispatcher.workers(), clock, settings.unknownAfter());
        tickedAt = nanoTime.getAsLong();
        saidAt = tickedAt - SAY_AGAIN_NANOS;
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
        if (tick % BEAT_TICKS == 0) {
            store.beat(serverId);
            orphans.settle(deadServers.orphans());
        }
        dispatcher.sweep();
        forgiveOwnPause();
        attempts.expire();
        for (WorkerEntry worker : dispatcher.workers().removeSilent()) {
            if (worker.isJoined()) {
                log.warn("Worker {} has been silent for a minute and counts as gone", worker.wid());
                attempts.workerGone(worker.wid());
                worker.hangUp();
            }
        }
        if (tick % UNKNOWN_TICKS == 0) {
            unknownTasks.check();
        }
        tick++;
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
            long now = nanoTime.getAsLong();
            if (now - saidAt >= SAY_AGAIN_NANOS) {
                saidAt = now;
                log.warn("The store does not answer as it should; it is tried again each second", e);
            }
        }
    }
}

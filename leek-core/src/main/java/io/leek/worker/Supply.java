package io.leek.worker;

import io.leek.client.Connection;
import io.leek.log.OncePerMinute;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks at hand. It asks for more before they run out, as far ahead as tasks have been quick, and gives back what
 * would have to wait for a slow one.
 */
final class Supply {

    private static final Logger log = LoggerFactory.getLogger(Supply.class);

    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = WAIT.plusSeconds(10);
    private static final long RETRY_MS = 1_000;

    /** An answer without a task that comes sooner did not wait for one. */
    private static final long SOONEST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** How much work to have ahead. */
    private static final double AHEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** No more is asked for ahead while so much is there: arguments may have many megabytes. */
    private static final long MAX_CHARS = 1_000_000;

    /** What waits while no task has begun for this long goes back, so that another worker may have it. */
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** What waited for longer met a pause of the whole process, and may be another's by now. */
    private static final long TOO_OLD_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** So many tasks ahead are worth being asked for in two halves: one is on its way while the other one is run. */
    private static final int WORTH_HALVES = 32;

    /** While the server has not confirmed so many ends, no task is asked for: after a crash, all of these run again. */
    static final int MOST_UNCONFIRMED = 4_000;

    private final Connection connection;
    private final List<Lane> lanes = List.of(new Lane(), new Lane());
    private final WorkerSettings settings;
    private final HeldTasks held;
    private final Answers answers;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;

    private final OncePerMinute said = new OncePerMinute();

    /** No monitor: waiting in one holds up the carrier of a virtual thread before Java 24. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Deque<Ready> ready = new ArrayDeque<>();
    private final AtomicInteger unconfirmed = new AtomicInteger();
    private int idle;
    private long begunAt;
    private double runNanos = Double.MAX_VALUE;
    private boolean stalled;
    private long gaveBackAt;
    private CompletableFuture<Void> takenBack = CompletableFuture.completedFuture(null);
    private boolean watching;
    private boolean stopped;

    /** @param connection for fetches alone; its answers keep the order of the tasks */
    Supply(
            Connection connection,
            WorkerSettings settings,
            HeldTasks held,
            Answers answers,
            ScheduledExecutorService timer,
            LongSupplier nanoTime) {
        this.held = held;
        this.connection = connection;
        this.settings = settings;
        this.answers = answers;
        this.timer = timer;
        this.nanoTime = nanoTime;
        begunAt = nanoTime.getAsLong();
        gaveBackAt = begunAt;
    }

    /** @param chars of its JSON, about */
    private record Ready(Assignment task, long at, long chars) {}

    /** The next task to run; null once it is stopped. */
    @Nullable
    Assignment take() throws InterruptedException {
        lock.lock();
        idle++;
        stalled = false;
        try {
            while (!stopped) {
                ask();
                Ready next = ready.peek();
                if (next == null) {
                    changed.await();
                } else if (nanoTime.getAsLong() - next.at() > TOO_OLD_NANOS) {
                    giveBackAll();
                } else if (held.has(ready.remove().task())) {
                    begunAt = nanoTime.getAsLong();
                    return next.task();
                }
            }
            return null;
        } finally {
            idle--;
            lock.unlock();
        }
    }

    /** A run has ended; how long it took tells how far to look ahead. A slow one counts at once, quick ones bit by bit. */
    void ran(long nanos) {
        locked(() -> runNanos =
                nanos > runNanos || runNanos == Double.MAX_VALUE ? nanos : runNanos + (nanos - runNanos) / 8);
    }

    /** @param confirmed done once the server has confirmed how a run ended */
    void told(CompletableFuture<Void> confirmed) {
        unconfirmed.incrementAndGet();
        confirmed.whenComplete((done, error) -> {
            if (unconfirmed.decrementAndGet() == MOST_UNCONFIRMED - 1) {
                askAgain();
            }
        });
    }

    /** Gives back tasks that have not begun, for the server to end them. */
    void takeBack(Collection<String> leases) {
        List<Ready> taken;
        lock.lock();
        try {
            taken = ready.stream()
                    .filter(waiting -> leases.contains(waiting.task().lease()))
                    .toList();
            ready.removeAll(taken);
        } finally {
            lock.unlock();
        }
        taken.forEach(waiting -> answers.give(waiting.task(), Answers.release(waiting.task())));
    }

    /** Gives back what has not begun, and what is on its way. */
    void giveBack() {
        locked(() -> {
            gaveBackAt = nanoTime.getAsLong();
            giveBackAll();
        });
    }

    /** Asks for nothing more and gives back what has not begun. Done once nothing more can arrive. */
    CompletableFuture<Void> stop() {
        lock.lock();
        try {
            stopped = true;
            giveBackAll();
            changed.signalAll();
            return CompletableFuture.allOf(
                    lanes.stream().map(lane -> lane.asked).toArray(CompletableFuture[]::new));
        } finally {
            lock.unlock();
        }
    }

    /**
     * What went back comes first: a fetch on its own connection could overtake it. And while an answer may come that would
     * go back too, for it was asked for before, another one would have to follow that one.
     */
    private void ask() {
        if (unconfirmed.get() >= MOST_UNCONFIRMED
                || !takenBack.isDone()
                || lanes.stream().anyMatch(lane -> lane.expected > 0 && isStale(lane))) {
            return;
        }
        int ahead = ahead();
        for (Lane lane : lanes) {
            int expected = lanes.stream().mapToInt(each -> each.expected).sum();
            int missing = idle + ahead - ready.size() - expected;
            boolean isFirst = expected == 0;
            boolean isLow = ready.size() < idle || ready.size() <= ahead / 2 && chars() < MAX_CHARS && !stalled;
            boolean mayAsk = isFirst ? isLow : ahead >= WORTH_HALVES && 2 * missing >= ahead && isLow;
            if (!stopped && lane.expected == 0 && missing > 0 && mayAsk) {
                ask(lane, ahead >= WORTH_HALVES ? Math.min(missing, idle + ahead / 2) : missing);
            }
        }
    }

    private void ask(Lane lane, int max) {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        lane.asked = answered;
        lane.expected = max;
        lane.askedAt = nanoTime.getAsLong();
        connection
                .send(new Command.FetchMany(settings.queues(), max, WAIT.toMillis()), TIMEOUT)
                .whenComplete((reply, error) -> {
                    try {
                        arrived(lane, reply, error);
                    } finally {
                        answered.complete(null);
                    }
                });
    }

    private long chars() {
        return ready.stream().mapToLong(Ready::chars).sum();
    }

    /** How many tasks to hold beyond those that run. */
    private int ahead() {
        return (int) Math.min(settings.prefetch(), settings.concurrency() * (AHEAD_NANOS / Math.max(1, runNanos)));
    }

    private void arrived(Lane lane, @Nullable Reply reply, @Nullable Throwable error) {
        if (error != null) {
            free(lane);
            connection.whenConnected().thenRun(this::askAgain);
        } else if (reply instanceof Reply.Bulk bulk) {
            take(lane, read(() -> Assignment.parseAll(bulk.json())), bulk.json().length());
        } else if (reply instanceof Reply.Tasks tasks) {
            take(lane, read(() -> Assignment.all(tasks.records())), tasks.chars());
        } else {
            if (said.isDue("no task")) {
                log.warn("The server hands out no task, it is asked again each second: {}", reply);
            }
            free(lane);
            askLater();
        }
    }

    private void free(Lane lane) {
        locked(() -> lane.expected = 0);
    }

    /** @param chars of all together, about */
    private void take(Lane lane, List<Assignment> tasks, long chars) {
        tasks.forEach(held::add);
        locked(() -> {
            long now = nanoTime.getAsLong();
            tasks.forEach(task -> ready.add(new Ready(task, now, chars / tasks.size())));
            if (stopped || isStale(lane)) {
                // It comes after what went back, and must not run before it.
                giveBackAll();
            }
            lane.expected = 0;
            changed.signalAll();
            if (tasks.isEmpty() && now - lane.askedAt < SOONEST_NANOS) {
                // A server that wants this worker quiet does not keep it waiting.
                if (lanes.stream().allMatch(each -> each.expected == 0)) {
                    askLater();
                }
            } else {
                ask();
            }
            watch();
        });
    }

    private boolean isStale(Lane lane) {
        return lane.askedAt - gaveBackAt < 0;
    }

    private List<Assignment> read(Supplier<List<Assignment>> tasks) {
        try {
            return tasks.get();
        } catch (RuntimeException e) {
            // Leases that this worker does not report go to the next one.
            log.error("The server handed out what can't be read", e);
            return List.of();
        }
    }

    private void askAgain() {
        locked(this::ask);
    }

    private void askLater() {
        try {
            timer.schedule(this::askAgain, RETRY_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.trace("The worker stops", e);
        }
    }

    /** Looks after tasks that wait behind running ones. */
    private void watch() {
        if (watching || ready.isEmpty() || stopped) {
            return;
        }
        watching = true;
        long left = begunAt + STALL_NANOS - nanoTime.getAsLong();
        timer.schedule(this::look, left > 0 ? left : STALL_NANOS, TimeUnit.NANOSECONDS);
    }

    private void look() {
        locked(() -> {
            watching = false;
            if (idle == 0 && nanoTime.getAsLong() - begunAt >= STALL_NANOS) {
                stalled = true;
                giveBackAll();
            }
            watch();
        });
    }

    private void locked(Runnable what) {
        lock.lock();
        try {
            what.run();
        } finally {
            lock.unlock();
        }
    }

    /** All of them: one that is kept, or on its way already, would run before those that went back. */
    private void giveBackAll() {
        List<Ready> all = new ArrayList<>(ready);
        ready.clear();
        if (!all.isEmpty()) {
            gaveBackAt = nanoTime.getAsLong();
            takenBack = CompletableFuture.allOf(Stream.concat(
                            Stream.of(takenBack),
                            all.stream().map(waiting -> answers.give(waiting.task(), Answers.release(waiting.task()))))
                    .toArray(CompletableFuture[]::new));
            takenBack.thenRun(this::askAgain);
        }
    }

    /** A fetch that waits for its answer, or none. Guarded by the supply's lock. */
    private static final class Lane {

        private CompletableFuture<Void> asked = CompletableFuture.completedFuture(null);
        private int expected;
        private long askedAt;
    }
}

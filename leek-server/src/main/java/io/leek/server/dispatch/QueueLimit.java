package io.leek.server.dispatch;

import io.leek.log.OncePerMinute;
import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Outcome;
import io.leek.server.store.TaskStore;
import io.leek.task.TaskRecord;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps new tasks out while the queue is full. This server's own changes are counted as they are committed; what other
 * servers and people write is seen when the rows are counted, in the background.
 */
public final class QueueLimit {

    /** No limit; nothing is counted. */
    public static final long NONE = Long.MAX_VALUE;

    /** How old the last count may be when a task is taken. */
    static final Duration COUNT_AFTER = Duration.ofSeconds(10);

    /** How old it may be when one is refused: another server's workers may have made room. */
    static final Duration COUNT_AFTER_REFUSAL = Duration.ofSeconds(1);

    /** A count is dear with a long backlog; it may take this part of the time. */
    private static final int COUNT_SHARE = 20;

    private static final int COUNT_TRIES = 3;

    private static final Logger log = LoggerFactory.getLogger(QueueLimit.class);

    private final TaskStore store;
    private final Committer committer;
    private final Executor lookUps;
    private final LongSupplier nanoTime;
    private final OncePerMinute said;
    private final long max;

    private long stored;
    private long arriving;
    private long commits;
    private boolean isCounting;
    private boolean isCounted;
    private long countedAt;
    private long countTook;

    /**
     * @param lookUps one thread that looks up in the store what people ask for
     * @param max the most rows of the queue; {@link #NONE} for no limit
     */
    public QueueLimit(TaskStore store, Committer committer, Executor lookUps, LongSupplier nanoTime, long max) {
        this.store = store;
        this.committer = committer;
        this.lookUps = lookUps;
        this.nanoTime = nanoTime;
        this.max = max;
        said = new OncePerMinute(nanoTime);
        if (max != NONE) {
            committer.onCommitted(this::committed);
            countWhereOlderThan(COUNT_AFTER);
        }
    }

    /**
     * Pushes all of the tasks or none. Those whose jid is known already take no room: a client that sends them again, for
     * want of an answer, must not be told that they were refused.
     *
     * @param refuse what to answer instead, given the reason
     */
    public <T> CompletableFuture<T> push(
            List<TaskRecord> tasks, Supplier<CompletableFuture<T>> push, Function<String, T> refuse) {
        if (max == NONE) {
            return push.get();
        }
        countWhereOlderThan(COUNT_AFTER);
        if (take(tasks.size())) {
            return leaving(tasks.size(), push.get());
        }
        Set<String> jids = tasks.stream().map(TaskRecord::jid).collect(Collectors.toSet());
        // What is being committed this moment is known as well.
        return committer
                .submitAll(List.of())
                .thenApplyAsync(none -> unknown(jids), lookUps)
                .thenCompose(unknown -> {
                    if (unknown == 0 || take(unknown)) {
                        return leaving(unknown, push.get());
                    }
                    // With the figure that it was refused for, before another may be there.
                    T refused = refuse.apply(reason(unknown));
                    countWhereOlderThan(COUNT_AFTER_REFUSAL);
                    return CompletableFuture.completedFuture(refused);
                });
    }

    private int unknown(Set<String> jids) {
        Set<String> unknown = new HashSet<>(jids);
        unknown.removeAll(store.known(jids));
        return unknown.size();
    }

    private synchronized boolean take(int tasks) {
        if (stored + arriving + tasks > max) {
            return false;
        }
        arriving += tasks;
        return true;
    }

    /** By the time the tasks are answered for, they are counted as stored or have not been. */
    private <T> CompletableFuture<T> leaving(int tasks, CompletableFuture<T> pushed) {
        return pushed.whenComplete((reply, error) -> {
            synchronized (this) {
                arriving -= tasks;
            }
        });
    }

    private synchronized String reason(int tasks) {
        return "the queue has " + (stored + arriving) + " tasks, and leek.server.max-queued=" + max
                + " leaves no room for " + tasks + " more. Push again once workers have caught up, add workers, "
                + "or raise the limit";
    }

    private void committed(List<Change> changes, List<Outcome> outcomes) {
        int growth = 0;
        for (int i = 0; i < changes.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Done) {
                growth += changes.get(i).growth();
            }
        }
        if (growth != 0) {
            synchronized (this) {
                stored += growth;
                commits++;
            }
        }
    }

    /** A client's own transaction has taken a task out of the queue. */
    public void oneLess() {
        synchronized (this) {
            stored = Math.max(0, stored - 1);
            commits++;
        }
    }

    private void countWhereOlderThan(Duration age) {
        synchronized (this) {
            long wait = Math.max(age.toNanos(), countTook * COUNT_SHARE);
            if (isCounting || isCounted && nanoTime.getAsLong() - countedAt < wait) {
                return;
            }
            isCounting = true;
        }
        try {
            lookUps.execute(this::count);
        } catch (RejectedExecutionException e) {
            log.debug("The server is stopping, its queue is not counted any more", e);
        }
    }

    private void count() {
        long begun = nanoTime.getAsLong();
        try {
            for (int tries = 1; !countOnce(tries == COUNT_TRIES); tries++) {
                log.trace("Something was committed while the queue was counted");
            }
        } catch (RuntimeException e) {
            if (said.isDue("count")) {
                log.warn(
                        "The queue could not be counted for leek.server.max-queued={}, the last figure is used: {}",
                        max,
                        e.toString());
            }
        }
        synchronized (this) {
            countedAt = nanoTime.getAsLong();
            countTook = countedAt - begun;
            isCounted = true;
            isCounting = false;
        }
    }

    /** What is committed meanwhile may be in the figure or not; in doubt it is not, and tasks are let through. */
    private boolean countOnce(boolean isLast) {
        committer.submitAll(List.of()).join();
        long before;
        long commitsBefore;
        boolean isQuiet;
        synchronized (this) {
            before = stored;
            commitsBefore = commits;
            isQuiet = arriving == 0;
        }
        long found = store.queued();
        synchronized (this) {
            boolean isExact = isQuiet && arriving == 0 && commits == commitsBefore;
            if (isExact) {
                stored = found;
            } else if (isLast) {
                stored = Math.max(0, Math.min(found, found + stored - before) - arriving);
            }
            return isExact || isLast;
        }
    }
}

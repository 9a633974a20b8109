package io.leek.server.store;

import io.leek.server.store.Answers.Submission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes all changes that have gathered while the last ones were committed together. A change that comes while it
 * is idle is committed at once. One thread does so; where others may have the store open too, a second one makes the
 * changes that may have to wait for them, and where the store is parallel a third one hand-outs, which need not wait for
 * the disk. Another thread completes their futures, one after the other, so what depends on them must not block. A caller
 * may lend its own thread for both.
 */
public final class Committer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    /** Most changes of one transaction, unless one call alone brings more. */
    static final int MAX_BATCH = 4096;

    /** Pending load beyond which nothing more is accepted; a change weighs 1, and 1 for each 1,024 characters more. */
    static final int CAPACITY = 65_536;

    /** Pending load from which callers are asked to wait. */
    static final int CONGESTED = CAPACITY / 4;

    /** Pending load at which they may go on. */
    static final int RELIEVED = CONGESTED / 2;

    private final TaskStore store;
    private final Lane lane;
    private final Lane waitLane;
    private final Lane handOutLane;
    private final List<Lane> lanes;
    private final AtomicInteger openLanes;
    private final Answers answers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition relieved = lock.newCondition();
    private final List<Runnable> awaitingRelief = new ArrayList<>();
    private final List<BiConsumer<List<Change>, List<Outcome>>> committed = new CopyOnWriteArrayList<>();
    private final ThreadLocal<@Nullable Loan> loans = new ThreadLocal<>();
    private int load;
    private boolean congested;
    private boolean closed;
    private volatile boolean hasFailed;

    public Committer(TaskStore store) {
        this.store = store;
        this.answers = new Answers(this::relieve);
        this.lane = lane("leek-commit");
        boolean isShared = !store.isExclusive();
        this.waitLane = isShared ? lane("leek-commit-waits") : lane;
        this.handOutLane = isShared && store.isParallel() ? lane("leek-commit-leases") : lane;
        this.lanes = Stream.of(lane, waitLane, handOutLane).distinct().toList();
        this.openLanes = new AtomicInteger(lanes.size());
        lanes.forEach(Lane::start);
    }

    private Lane lane(String name) {
        return new Lane(name, Lane.MOMENT, this::commit, this::ended);
    }

    /** Whether changes that may have to wait are made apart from the others, and may take longer than these. */
    public boolean hasLaneForWaits() {
        return lane != waitLane;
    }

    /**
     * Makes a change; the future completes once it is durable. It fails with what {@link TaskStore#apply} threw, in which
     * case the change may or may not have been made, or with a {@link RejectedExecutionException} where nothing was tried:
     * too much is pending, or the committer is closed. Where another transaction that is still open stands in the way, it
     * fails within about a second.
     */
    public CompletableFuture<Outcome> submit(Change change) {
        return submitAll(List.of(change)).thenApply(outcomes -> outcomes.get(0));
    }

    /**
     * Makes changes together, in their order; the outcomes are in the same order. With no changes it completes
     * once everything is done that was submitted before.
     */
    public CompletableFuture<List<Outcome>> submitAll(List<? extends Change> changes) {
        if (changes.isEmpty()) {
            List<CompletableFuture<List<Outcome>>> all =
                    lanes.stream().map(each -> submit(each, changes)).toList();
            return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .thenApply(done -> List.of());
        }
        return submit(laneOf(changes), changes);
    }

    private Lane laneOf(List<? extends Change> changes) {
        if (changes.stream().anyMatch(Change::mayWait)) {
            return waitLane;
        }
        return changes.stream().allMatch(Change.Claim.class::isInstance) ? handOutLane : lane;
    }

    private CompletableFuture<List<Outcome>> submit(Lane to, List<? extends Change> changes) {
        Submission submission = Submission.of(changes);
        boolean isHere = false;
        lock.lock();
        try {
            if (closed || load >= CAPACITY) {
                return CompletableFuture.failedFuture(new RejectedExecutionException(
                        closed
                                ? "the server is stopping and takes no more changes"
                                : "too many changes are waiting to be committed; try again later"));
            }
            isHere = takesLoan(to, changes);
            if (!isHere) {
                to.add(submission);
            }
            load += submission.load();
            congested |= load >= CONGESTED;
        } finally {
            lock.unlock();
        }
        if (isHere) {
            commit(List.of(submission), answers::give, answers::giveFailed);
        }
        return submission.future();
    }

    /**
     * Lends the calling thread while something is done that submits a change: where nothing else is pending, it commits
     * and answers the change itself, which saves waking two threads. It is for callers who wait for the answer anyway.
     * Stores decide whether they take the thread.
     */
    public <T> T lending(Supplier<T> work) {
        // Where the database does not answer, whoever commits waits for long; one who calls is not to be the next.
        if (hasFailed || !store.takes(Thread.currentThread())) {
            return work.get();
        }
        Loan loan = new Loan();
        loans.set(loan);
        try {
            return work.get();
        } finally {
            loans.remove();
            // Not before what follows from the answer: an empty submission is answered after all that came before it.
            if (loan.isTaken) {
                lane.done();
            }
        }
    }

    /** Only for the first changes: what follows from their answer may bring more, for which this caller does not wait. */
    private boolean takesLoan(Lane to, List<? extends Change> changes) {
        Loan loan = loans.get();
        if (loan == null || changes.isEmpty()) {
            return false;
        }
        loans.remove();
        loan.isTaken = to == lane && lane.begin();
        return loan.isTaken;
    }

    /** Who else is told of each commit, in the thread that made it and before anybody is answered. It must be quick. */
    public void onCommitted(BiConsumer<List<Change>, List<Outcome>> listener) {
        committed.add(listener);
    }

    /** Whether so much is pending that callers should stop reading from their sockets. */
    public boolean isCongested() {
        lock.lock();
        try {
            return congested;
        } finally {
            lock.unlock();
        }
    }

    /** Runs the action once there is no congestion: at once in the caller's thread, or later in the committer's. */
    public void onRelieved(Runnable action) {
        lock.lock();
        try {
            if (congested) {
                awaitingRelief.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    /** Waits until there is no congestion, and says whether it is over before the time is. */
    public boolean awaitRelief(Duration atMost) throws InterruptedException {
        long nanos = TimeUnit.NANOSECONDS.convert(atMost);
        lock.lock();
        try {
            while (congested && nanos > 0) {
                nanos = relieved.awaitNanos(nanos);
            }
            return !congested;
        } finally {
            lock.unlock();
        }
    }

    /** Commits what is pending, then stops. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            lanes.forEach(Lane::close);
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        for (Lane one : lanes) {
            while (one.isAlive() && !answers.isThread(Thread.currentThread())) {
                try {
                    one.join();
                } catch (InterruptedException e) {
                    // What callers were promised comes first.
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void ended() {
        if (openLanes.decrementAndGet() == 0) {
            answers.close();
        }
    }

    private void commit(List<Submission> batch) {
        commit(batch, answers::add, answers::addFailed);
    }

    private void commit(
            List<Submission> batch,
            BiConsumer<List<Submission>, List<Outcome>> answer,
            BiConsumer<List<Submission>, Throwable> deny) {
        List<Change> changes = new ArrayList<>();
        batch.forEach(submission -> changes.addAll(submission.changes()));
        try {
            List<Outcome> outcomes = store.apply(changes);
            hasFailed = false;
            tell(changes, outcomes);
            answer.accept(batch, outcomes);
        } catch (Throwable e) {
            // Also an error: the thread is the only one of its lane.
            hasFailed = true;
            deny.accept(batch, e);
        }
    }

    /** What is committed is answered as committed, whatever others make of it. */
    private void tell(List<Change> changes, List<Outcome> outcomes) {
        for (BiConsumer<List<Change>, List<Outcome>> listener : committed) {
            try {
                listener.accept(changes, outcomes);
            } catch (RuntimeException e) {
                LOG.error("What follows from a commit failed; the commit stands", e);
            }
        }
    }

    private void relieve(Submission answered) {
        List<Runnable> due;
        lock.lock();
        try {
            load -= answered.load();
            if (!congested || load > RELIEVED) {
                return;
            }
            congested = false;
            relieved.signalAll();
            due = List.copyOf(awaitingRelief);
            awaitingRelief.clear();
        } finally {
            lock.unlock();
        }
        for (Runnable action : due) {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.warn("A listener for the end of congestion failed; its connection may stay paused", e);
            }
        }
    }

    /** A thread that may commit once. */
    private static final class Loan {

        private boolean isTaken;
    }
}

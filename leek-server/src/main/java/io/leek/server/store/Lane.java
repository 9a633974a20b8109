package io.leek.server.store;

import io.leek.server.store.Answers.Submission;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that commits: what has gathered while the last was committed is the next batch. Who waits for an answer to a
 * new task often has the next one, so after a batch with several of these it waits a moment for as many: the first to come
 * back would have a commit for itself, and all others would wait for it. While there is nothing to do, another thread may
 * take its place for one submission.
 */
final class Lane {

    /** How long it waits for those who may come back; about the time of a commit. */
    static final Duration MOMENT = Duration.ofNanos(500_000);

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final long moment;
    private final Consumer<List<Submission>> commit;
    private final Runnable ended;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition submitted = lock.newCondition();
    private final Deque<Submission> pending = new ArrayDeque<>();
    private boolean isCommitting;
    private boolean closed;
    private int urgent;
    private int expected;
    private long answeredAt = System.nanoTime();

    /**
     * @param moment how long it waits for those who may come back
     * @param commit must not throw
     * @param ended called by the thread when it has committed everything after the close
     */
    Lane(String name, Duration moment, Consumer<List<Submission>> commit, Runnable ended) {
        this.moment = moment.toNanos();
        this.commit = commit;
        this.ended = ended;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Nothing may be added after the close. */
    void add(Submission submission) {
        lock.lock();
        try {
            pending.add(submission);
            urgent += mayComeBack(submission) ? 0 : 1;
            if (pending.size() == 1 || !isGathering()) {
                submitted.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the caller's thread is to commit now what it has; it has to say {@link #done} then. */
    boolean begin() {
        lock.lock();
        try {
            boolean isIdle = !isCommitting && pending.isEmpty() && !closed && leftOfMoment() <= 0;
            if (isIdle) {
                isCommitting = true;
                expected = 0;
            }
            return isIdle;
        } finally {
            lock.unlock();
        }
    }

    void done() {
        lock.lock();
        try {
            isCommitting = false;
            answeredAt = System.nanoTime();
            if (!pending.isEmpty() || closed) {
                submitted.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Commits what is pending, then ends. */
    void close() {
        lock.lock();
        try {
            closed = true;
            submitted.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    void join() throws InterruptedException {
        thread.join();
    }

    private void run() {
        List<Submission> batch = next();
        while (!batch.isEmpty()) {
            commit.accept(batch);
            done();
            batch = next();
        }
        ended.run();
    }

    /** Waits for changes; none come once it is closed. */
    private List<Submission> next() {
        List<Submission> batch = new ArrayList<>();
        lock.lock();
        try {
            while (isCommitting || pending.isEmpty() && !closed) {
                submitted.awaitUninterruptibly();
            }
            awaitExpected();
            isCommitting = true;
            int changes = 0;
            Submission first = pending.peek();
            while (first != null
                    && (batch.isEmpty() || changes + first.changes().size() <= Committer.MAX_BATCH)) {
                batch.add(pending.remove());
                urgent -= mayComeBack(first) ? 0 : 1;
                changes += first.changes().size();
                first = pending.peek();
            }
            expected = (int) batch.stream().filter(Lane::mayComeBack).count();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void awaitExpected() {
        long left = leftOfMoment();
        while (isGathering() && !closed && left > 0) {
            try {
                submitted.awaitNanos(left);
            } catch (InterruptedException e) {
                LOG.trace("Nobody has a reason to interrupt this thread", e);
            }
            left = leftOfMoment();
        }
    }

    /** Only new tasks wait for others: no run is to begin or end later for it. */
    private boolean isGathering() {
        return urgent == 0 && pending.size() < expected;
    }

    /** In nanoseconds; none where nobody is expected but the one who comes. */
    private long leftOfMoment() {
        return expected > 1 ? moment - (System.nanoTime() - answeredAt) : 0;
    }

    private static boolean mayComeBack(Submission submission) {
        return submission.changes().size() == 1 && submission.changes().get(0) instanceof Change.Insert;
    }
}

package io.leek.server.store;

import io.leek.server.store.Answers.Submission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A thread that commits: what has gathered while the last was committed is the next batch. While there is nothing to do,
 * another thread may take its place for one submission.
 */
final class Lane {

    private final Consumer<List<Submission>> commit;
    private final Runnable ended;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition submitted = lock.newCondition();
    private final Deque<Submission> pending = new ArrayDeque<>();
    private boolean isCommitting;
    private boolean closed;

    /**
     * @param commit must not throw
     * @param ended called by the thread when it has committed everything after the close
     */
    Lane(String name, Consumer<List<Submission>> commit, Runnable ended) {
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
            submitted.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the caller's thread is to commit now what it has; it has to say {@link #done} then. */
    boolean begin() {
        lock.lock();
        try {
            boolean isIdle = !isCommitting && pending.isEmpty() && !closed;
            isCommitting |= isIdle;
            return isIdle;
        } finally {
            lock.unlock();
        }
    }

    void done() {
        lock.lock();
        try {
            isCommitting = false;
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
            isCommitting = true;
            int changes = 0;
            Submission first = pending.peek();
            while (first != null
                    && (batch.isEmpty() || changes + first.changes().size() <= Committer.MAX_BATCH)) {
                batch.add(pending.remove());
                changes += first.changes().size();
                first = pending.peek();
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }
}

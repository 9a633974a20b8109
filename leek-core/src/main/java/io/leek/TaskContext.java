package io.leek;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The task that the current thread runs. */
public final class TaskContext {

    private static final ThreadLocal<TaskContext> CURRENT = new ThreadLocal<>();

    private final String id;
    private final String name;
    private final int attempt;
    private final Host host;

    private TaskContext(String id, String name, int attempt, Host host) {
        this.id = id;
        this.name = name;
        this.attempt = attempt;
        this.host = host;
    }

    /** Who runs the task; the worker's side. Its methods may be called by any thread. */
    public interface Host {

        /** Whether the run shall end. */
        boolean isCancelled();

        void progress(long done, long of, @Nullable String message);

        void log(String text);
    }

    /** The context of the task that this thread runs; empty in a direct call. */
    public static Optional<TaskContext> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** Runs a body as the given attempt of a task; the worker's side. */
    public static <T> T run(String id, String name, int attempt, Host host, Callable<T> body) throws Exception {
        TaskContext outer = CURRENT.get();
        CURRENT.set(new TaskContext(id, name, attempt, host));
        try {
            return body.call();
        } finally {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
    }

    /** The task's id. */
    public String id() {
        return id;
    }

    /** The task's registered name. */
    public String name() {
        return name;
    }

    /** Which run this is: 1 the first time. */
    public int attempt() {
        return attempt;
    }

    /**
     * Whether this run shall end: its task was cancelled, or its timeout is over. The thread was interrupted then; a method
     * that waits for nothing may ask now and then. What it returns or throws after that no longer counts, but what it
     * commits together with its success does.
     */
    public boolean isCancelled() {
        return host.isCancelled();
    }

    /** @throws CancellationException if {@link #isCancelled} */
    public void throwIfCancelled() {
        if (isCancelled()) {
            throw new CancellationException("Task " + id + " (" + name + ") shall end: cancelled, or over its timeout");
        }
    }

    /**
     * Tells how far the run has got; the server hears it at most about once a second, and the last word in any case.
     *
     * @param of all there is to do; 0 where that is not known
     */
    public void progress(long done, long of) {
        progress(done, of, null);
    }

    /**
     * The same with a word to people.
     *
     * @param message at most 1000 characters are kept
     */
    public void progress(long done, long of, @Nullable String message) {
        if (done < 0 || of < 0) {
            throw new IllegalArgumentException(
                    "progress must not be negative, but was " + done + " of " + of + " in task " + id);
        }
        host.progress(done, of, message);
    }

    /**
     * Notes something in the log that is kept with the task: of all its runs the last 1,000 lines or 64 K characters. A
     * line has at most 1,000.
     */
    public void log(String text) {
        host.log(text);
    }
}

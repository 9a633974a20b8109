package io.leek;

import java.util.Optional;
import java.util.concurrent.Callable;

/** The task that the current thread runs. */
public final class TaskContext {

    private static final ThreadLocal<TaskContext> CURRENT = new ThreadLocal<>();

    private final String id;
    private final String name;
    private final int attempt;

    private TaskContext(String id, String name, int attempt) {
        this.id = id;
        this.name = name;
        this.attempt = attempt;
    }

    /** The context of the task that this thread runs; empty in a direct call. */
    public static Optional<TaskContext> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** Runs a body as the given attempt of a task; the worker's side. */
    public static <T> T run(String id, String name, int attempt, Callable<T> body) throws Exception {
        TaskContext outer = CURRENT.get();
        CURRENT.set(new TaskContext(id, name, attempt));
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
}

package io.leek.benchmarks.contender;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.context.ApplicationContext;

/** A queue inside the minimal application. Its task calls {@link Runs#ran} with the argument and does nothing else. */
public interface Contender extends AutoCloseable {

    /** Configuration classes that the application needs for it. */
    default List<Class<?>> configuration() {
        return List.of();
    }

    /** Properties that the application needs for it. */
    default Map<String, Object> properties(Workers workers) {
        return Map.of();
    }

    /** May be called again after {@link #close}, on the same database. */
    void start(ApplicationContext application, Workers workers) throws Exception;

    /** Returns once the queue says that the task is kept. Called by many threads. */
    void enqueue(String argument) throws Exception;

    /** The queue's own way to enqueue many. */
    void enqueueAll(List<String> arguments) throws Exception;

    /** {@link #enqueue} as part of this thread's transaction, which the caller commits. */
    default void enqueueInTransaction(String argument) throws Exception {
        enqueue(argument);
    }

    /** {@link #enqueueAll} as part of this thread's transaction, which the caller commits. */
    default void enqueueAllInTransaction(List<String> arguments) throws Exception {
        enqueueAll(arguments);
    }

    /** How long it may be before it looks for new tasks; zero where it is told. */
    default Duration pollInterval() {
        return Duration.ZERO;
    }

    @Override
    void close() throws Exception;
}

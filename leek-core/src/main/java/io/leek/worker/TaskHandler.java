package io.leek.worker;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** A registered task method, in the three steps of a run. */
public interface TaskHandler {

    /**
     * The arguments, bound to the declared parameter types.
     *
     * @throws IllegalArgumentException where they do not fit, saying which parameter, what was expected and found; never
     *     with the value itself
     */
    @Nullable
    Object[] bind(ArrayNode args);

    /** Calls the method and throws what it throws. */
    @Nullable
    Object call(@Nullable Object[] arguments) throws Throwable;

    /** Calls the method, in whose transaction the attempt may end. */
    @Nullable
    default Object call(@Nullable Object[] arguments, Attempt attempt) throws Throwable {
        return call(arguments);
    }

    /** Whether the task may be run again after its method threw this. */
    default boolean mayRetry(Throwable thrown) {
        return true;
    }

    /**
     * The result as JSON text; null for a method without one.
     *
     * @throws RuntimeException where it can't be written
     */
    @Nullable
    String write(@Nullable Object result);
}

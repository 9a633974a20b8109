package io.leek.task;

import org.jspecify.annotations.Nullable;

/**
 * Which tasks to list, count or retry; what is null matches everything.
 *
 * @param after the id of the last task of the page before
 * @param limit tasks a page, 1 to 1000
 */
public record TaskQuery(
        TaskState state,
        @Nullable String queue,
        @Nullable String name,
        @Nullable String after,
        int limit) {

    /** Tasks a page where none is said. */
    public static final int DEFAULT_LIMIT = 50;

    /** Most tasks a page. */
    public static final int MAX_LIMIT = 1000;

    public TaskQuery {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit must be 1 to " + MAX_LIMIT + ", but was " + limit);
        }
    }

    /** Every task in a state. */
    public static TaskQuery of(TaskState state) {
        return new TaskQuery(state, null, null, null, DEFAULT_LIMIT);
    }

    public static TaskQuery queued() {
        return of(TaskState.QUEUED);
    }

    public static TaskQuery success() {
        return of(TaskState.SUCCESS);
    }

    public static TaskQuery failed() {
        return of(TaskState.FAILED);
    }

    public TaskQuery queue(String queue) {
        return new TaskQuery(state, queue, name, after, limit);
    }

    public TaskQuery name(String name) {
        return new TaskQuery(state, queue, name, after, limit);
    }

    public TaskQuery after(@Nullable String after) {
        return new TaskQuery(state, queue, name, after, limit);
    }

    public TaskQuery limit(int limit) {
        return new TaskQuery(state, queue, name, after, limit);
    }
}

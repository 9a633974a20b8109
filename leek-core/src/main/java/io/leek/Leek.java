package io.leek;

import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskQueue;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Offloads calls of {@link LeekTask} methods and looks after the tasks they become. Safe for use by many threads. */
public interface Leek extends Offloading {

    /** The proxy of the only bean of a type, for the one call inside a lambda given to {@code offload}. */
    <T> T on(Class<T> type);

    /** The proxy of the bean with this name. */
    <T> T on(String beanName, Class<T> type);

    /** A task to keep and pass on. */
    Task0<Void> task(TaskMethod.Void0 method);

    <A> Task1<A, Void> task(TaskMethod.Void1<A> method);

    <A, B> Task2<A, B, Void> task(TaskMethod.Void2<A, B> method);

    <A, B, C> Task3<A, B, C, Void> task(TaskMethod.Void3<A, B, C> method);

    <A, B, C, D> Task4<A, B, C, D, Void> task(TaskMethod.Void4<A, B, C, D> method);

    <R extends @Nullable Object> Task0<R> task(TaskMethod.Value0<R> method);

    <A, R extends @Nullable Object> Task1<A, R> task(TaskMethod.Value1<A, R> method);

    <A, B, R extends @Nullable Object> Task2<A, B, R> task(TaskMethod.Value2<A, B, R> method);

    <A, B, C, R extends @Nullable Object> Task3<A, B, C, R> task(TaskMethod.Value3<A, B, C, R> method);

    <A, B, C, D, R extends @Nullable Object> Task4<A, B, C, D, R> task(TaskMethod.Value4<A, B, C, D, R> method);

    /** Options for the next offload. */
    OffloadSpec with();

    /** The task with this id, in whatever state; empty where there is none, also after it was purged. */
    Optional<Task> find(String id);

    /** A handle for a task offloaded earlier, perhaps by another process. Whether it exists is not checked. */
    <R extends @Nullable Object> TaskHandle<R> handle(String id, Class<R> resultType);

    /** Tasks that match, the newest first, a page at a time. */
    List<Task> list(TaskQuery query);

    /** The number of tasks that match; the query's page is ignored. */
    long count(TaskQuery query);

    /** Puts a failed task back into its queue, with its attempts at zero. False where it is not a failed task. */
    boolean retry(String id);

    /**
     * Puts every failed task that matches back into its queue and returns how many. The query's page is ignored.
     *
     * @throws IllegalArgumentException if the query is not for failed tasks
     */
    long retryAll(TaskQuery query);

    /** The queues in which tasks wait, that are paused, or that a worker serves, by name. */
    List<TaskQueue> queues();

    /**
     * Hands out no task of the queue any more, on any server, until it is resumed; a restart of everything changes
     * nothing. What runs goes on, and tasks are taken as before. What a Leek worker of this queue holds and has not begun, of
     * whatever queue, goes back without an attempt. {@code *} stands for every queue that {@link #queues()} has now, but for
     * none that comes later.
     *
     * @throws IllegalArgumentException for what is no queue's name
     */
    void pause(String queue);

    /** Hands out tasks of the queue again; {@code *} for all. */
    void resume(String queue);

    /**
     * Ends a task that has not finished. One that waits never runs. One that runs is interrupted by its worker, and stays
     * queued until its run has ended; what the run has committed together with its success by then stands. It ends as
     * failed with the reason {@code cancelled} and is not retried by itself. A transaction around this call plays no part.
     *
     * @return false where there is no such task, or it has finished
     */
    boolean cancel(String id);

    /**
     * A Leek for unit tests without Spring: every offload calls the method at once on whatever object the lambda names,
     * a mock for instance. There is no queue to ask, so the methods that look tasks up throw {@link
     * UnsupportedOperationException}.
     */
    static Leek direct() {
        return new DirectLeek();
    }
}

package io.leek;

import io.leek.task.Task;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What is left in the caller's hand after an offload: the task's id and the way to ask for it. */
public interface TaskHandle<R extends @Nullable Object> {

    /** The task's id, from Java a UUIDv7. */
    String id();

    /**
     * Whether this offload made the task; false where another task, perhaps a finished one, already had its key. Always true
     * where the task is sent after the commit, always false for a handle from {@link Leek#handle}.
     */
    boolean isNew();

    /**
     * Whether the transaction in which it was offloaded is still open. Until that commits there is no task, and after a
     * rollback there never was.
     */
    default boolean isPendingCommit() {
        return false;
    }

    /** The task as it is now; empty where it is not there (yet: its transaction has not committed). */
    Optional<Task> find();

    /**
     * The task's result if it has ended as success; empty while it has not ended, and for a result that is null.
     *
     * @throws TaskCancelledException if it was cancelled
     * @throws TaskFailedException if it has ended as failed
     */
    Optional<R> result();

    /**
     * Waits until the task has finished and returns its result, null where it has none. The thread is blocked meanwhile.
     *
     * @param timeout how long to wait at most; zero only looks
     * @throws TaskCancelledException if it was cancelled
     * @throws TaskFailedException if it has ended as failed
     * @throws AwaitTimeoutException if it has not finished in time
     * @throws LeekUnavailableException if the server can't be reached
     * @throws IllegalStateException if the task can't run while this thread waits: in the transaction that offloaded it, in
     *     the task itself, or on the only thread of its worker
     * @throws LeekException if the thread is interrupted
     */
    @Nullable
    R await(Duration timeout);

    /**
     * Completes with the result once the task has finished, or with what {@link #await} throws. There is no time-out; see
     * {@link CompletableFuture#orTimeout}. What depends on it runs in the common pool. Cancelling it ends the wait, not the
     * task.
     */
    CompletableFuture<@Nullable R> toCompletableFuture();

    /** Cancels the task, as {@link Leek#cancel}. */
    boolean cancel();
}

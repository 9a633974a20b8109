package io.leek.client;

import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskQueue;
import io.leek.task.TaskState;
import io.leek.wire.Command;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where offloaded tasks go. Every method throws {@link io.leek.LeekUnavailableException} where the server can't be
 * reached in time and {@link io.leek.TaskRefusedException} where it says no.
 */
public interface TaskGateway {

    /**
     * Makes tasks durable, all in one commit where there are several, and returns what became of each, in order.
     *
     * @param tasks records of the protocol, each with its jid
     */
    List<Pushed> push(List<ObjectNode> tasks);

    Optional<Task> find(String id);

    /**
     * Completes with the task once it has finished, as success or failed, in a thread that must not be held up. It fails
     * with what the other methods throw. Completing or cancelling it ends the wait. Where a gateway has nothing to wait
     * for, it completes at once or never.
     */
    default CompletableFuture<Task> whenFinished(String id) {
        return find(id).filter(task -> task.state() != TaskState.QUEUED)
                .map(CompletableFuture::completedFuture)
                .orElseGet(CompletableFuture::new);
    }

    List<Task> list(TaskQuery query);

    long count(TaskQuery query);

    boolean retry(String id);

    long retryAll(TaskQuery query);

    /** The queues in which tasks wait, that are paused, or that a worker serves, by name. */
    default List<TaskQueue> queues() {
        return List.of();
    }

    /** Hands out no task of the queue any more. Where nothing waits in queues, there is nothing to do. */
    default void pause(String queue) {}

    /** Hands out tasks of the queue again. */
    default void resume(String queue) {}

    /** False where there is no such task, or it has finished. */
    boolean cancel(String id);

    /** The id of the server's store, as it was at the last contact; null before the first. */
    default @Nullable String storeId() {
        return null;
    }

    /**
     * Tells the server of rows that a transaction of the application's own has committed, without waiting for an answer. A
     * server that is not told finds them by itself.
     *
     * @param tasks none where the server had better look for itself
     */
    default void wake(List<Command.Written> tasks) {}

    /**
     * What became of a pushed task.
     *
     * @param id its own id, or that of the task that has its key
     * @param isNew false in the second case
     * @param transaction the one whose commit decides; null where the task is durable
     */
    record Pushed(String id, boolean isNew, @Nullable Transaction transaction) {

        public Pushed(String id, boolean isNew) {
            this(id, isNew, null);
        }
    }

    /** A transaction of the application. */
    interface Transaction {

        /** Whether it has neither committed nor been rolled back. */
        boolean isOpen();

        /** Whether it is this thread's, so that it can't end while this thread waits. */
        boolean isOfThisThread();
    }
}

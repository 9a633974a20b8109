package io.leek.client;

import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

    /**
     * What became of a pushed task.
     *
     * @param id its own id, or that of the unfinished task that has its key
     * @param isNew false in the second case
     */
    record Pushed(String id, boolean isNew) {}
}

package io.leek.spring.tx;

import io.leek.client.TaskGateway;
import io.leek.task.Task;
import io.leek.task.TaskQuery;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.node.ObjectNode;

/** Sends what is offloaded inside a transaction after its commit, all in one push, and nothing after a rollback. */
public final class AfterCommitGateway implements TaskGateway {

    private final TaskGateway gateway;

    public AfterCommitGateway(TaskGateway gateway) {
        this.gateway = gateway;
    }

    /** Inside a transaction every task counts as new: whether its key is taken shows only after the commit. */
    @Override
    public List<Pushed> push(List<ObjectNode> tasks) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()
                || !TransactionSynchronizationManager.isSynchronizationActive()) {
            return gateway.push(tasks);
        }
        waiting().add(tasks);
        return tasks.stream()
                .map(task -> new Pushed(task.path("jid").asString(), true))
                .toList();
    }

    @Override
    public Optional<Task> find(String id) {
        return gateway.find(id);
    }

    @Override
    public CompletableFuture<Task> whenFinished(String id) {
        return gateway.whenFinished(id);
    }

    @Override
    public List<Task> list(TaskQuery query) {
        return gateway.list(query);
    }

    @Override
    public long count(TaskQuery query) {
        return gateway.count(query);
    }

    @Override
    public boolean retry(String id) {
        return gateway.retry(id);
    }

    @Override
    public long retryAll(TaskQuery query) {
        return gateway.retryAll(query);
    }

    /** What this transaction has offloaded so far; a suspended one has its own. */
    private WaitingTasks waiting() {
        for (var synchronization : TransactionSynchronizationManager.getSynchronizations()) {
            if (synchronization instanceof WaitingTasks waiting && waiting.isFor(gateway)) {
                return waiting;
            }
        }
        WaitingTasks waiting = new WaitingTasks(gateway);
        TransactionSynchronizationManager.registerSynchronization(waiting);
        return waiting;
    }
}

package io.leek.spring.tx;

import io.leek.client.TaskGateway;
import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskQueue;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.interceptor.TransactionAspectSupport;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;
import tools.jackson.databind.node.ObjectNode;

/**
 * Offloading inside a transaction. Where that is one on the database in which the server keeps its tasks, they are written
 * by it; elsewhere they are kept in the application's outbox, if it has one, or else sent after the commit.
 */
public final class TransactionGateway implements TaskGateway {

    private static final String CALLBACKS = TransactionSynchronizationUtils.class.getName();

    private final TaskGateway gateway;
    private final List<TransactionWrites> writes;
    private final ReactiveThreads reactiveThreads;

    /** @param writes the ways for a transaction to keep tasks itself, the first choice first */
    public TransactionGateway(TaskGateway gateway, List<TransactionWrites> writes, ReactiveThreads reactiveThreads) {
        this.gateway = gateway;
        this.writes = writes;
        this.reactiveThreads = reactiveThreads;
    }

    /** What is sent after the commit counts as new: whether its key is taken shows only then. */
    @Override
    public List<Pushed> push(List<ObjectNode> tasks) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()
                || !TransactionSynchronizationManager.isSynchronizationActive()) {
            reactiveThreads.check();
            return gateway.push(tasks);
        }
        // A transaction that only reads has nothing that a task could belong to, and must not write.
        if (!TransactionSynchronizationManager.isCurrentTransactionReadOnly() && !hasCommitted()) {
            for (TransactionWrites way : writes) {
                Optional<List<Pushed>> written = way.write(tasks);
                if (written.isPresent()) {
                    return written.get();
                }
            }
        }
        return OpenTransaction.current(
                        WaitingTasks.class, waiting -> waiting.isFor(gateway), () -> new WaitingTasks(gateway))
                .add(tasks);
    }

    /**
     * Whether this is the after-commit callback of another synchronization. The old transaction's connection is still bound
     * then, and what it writes belongs to no transaction. Spring itself tells nobody.
     */
    private static boolean hasCommitted() {
        boolean isCallback = StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().equals(CALLBACKS)
                        && frame.getMethodName().endsWith("AfterCommit")));
        return isCallback && !isInTransactionOfItsOwn();
    }

    private static boolean isInTransactionOfItsOwn() {
        try {
            return TransactionAspectSupport.currentTransactionStatus().isNewTransaction();
        } catch (NoTransactionException e) {
            return false;
        }
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

    @Override
    public List<TaskQueue> queues() {
        return gateway.queues();
    }

    @Override
    public void pause(String queue) {
        gateway.pause(queue);
    }

    @Override
    public void resume(String queue) {
        gateway.resume(queue);
    }

    @Override
    public boolean cancel(String id) {
        return gateway.cancel(id);
    }
}

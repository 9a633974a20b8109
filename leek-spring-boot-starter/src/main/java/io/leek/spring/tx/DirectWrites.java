package io.leek.spring.tx;

import io.leek.TaskRefusedException;
import io.leek.client.TaskGateway;
import io.leek.client.TaskGateway.Pushed;
import io.leek.task.InvalidTaskException;
import io.leek.task.TaskJson;
import io.leek.task.TaskRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.Ordered;
import tools.jackson.databind.node.ObjectNode;

/** Offloading inside a transaction on the database in which the server keeps its tasks: the transaction writes them. */
public final class DirectWrites implements TransactionWrites, Ordered, SmartInitializingSingleton, AutoCloseable {

    private final ApplicationStores stores;
    private final TaskGateway gateway;
    private final UnconfirmedTasks unconfirmed;

    /** @param gateway tells the server of what was committed */
    public DirectWrites(ApplicationStores stores, TaskGateway gateway) {
        this.stores = stores;
        this.gateway = gateway;
        unconfirmed = new UnconfirmedTasks(stores, gateway);
    }

    /** Before the outbox: what is written directly need not be sent. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Optional<List<Pushed>> write(List<ObjectNode> tasks) {
        return stores.current().map(store -> OpenTransaction.current(
                        WrittenTasks.class,
                        written -> written.isIn(store),
                        () -> new WrittenTasks(store, gateway, unconfirmed))
                .write(checked(tasks)));
    }

    /** Nobody else looks at what is written directly, so it is checked as the server would. */
    private static List<TaskRecord> checked(List<ObjectNode> tasks) {
        List<TaskRecord> records = new ArrayList<>(tasks.size());
        List<String> texts = TaskJson.texts(tasks);
        for (ObjectNode task : tasks) {
            try {
                records.add(TaskRecord.of(task, texts.get(records.size())));
            } catch (InvalidTaskException e) {
                throw new TaskRefusedException(
                        "ERR",
                        "Task %s (%s) was refused: %s"
                                .formatted(
                                        task.path("jid").asString(),
                                        task.path("jobtype").asString(),
                                        e.getMessage()));
            }
        }
        return records;
    }

    /** A former life may have left rows in tables that turn out to be nobody's. */
    @Override
    public void afterSingletonsInstantiated() {
        unconfirmed.look();
    }

    @Override
    public void close() {
        unconfirmed.close();
    }
}

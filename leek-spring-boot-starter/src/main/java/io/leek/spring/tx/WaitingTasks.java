package io.leek.spring.tx;

import io.leek.LeekException;
import io.leek.client.TaskGateway;
import io.leek.client.TaskGateway.Pushed;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** The tasks that wait for one transaction's commit. */
final class WaitingTasks extends OpenTransaction {

    private static final Logger log = LoggerFactory.getLogger(WaitingTasks.class);

    private final TaskGateway gateway;
    private final Map<Object, Integer> sizes = new IdentityHashMap<>();
    private List<ObjectNode> tasks = new ArrayList<>();

    WaitingTasks(TaskGateway gateway) {
        this.gateway = gateway;
    }

    boolean isFor(TaskGateway gateway) {
        return this.gateway == gateway;
    }

    List<Pushed> add(List<ObjectNode> more) {
        tasks.addAll(more);
        return more.stream()
                .map(task -> new Pushed(task.path("jid").asString(), true, this))
                .toList();
    }

    @Override
    public void savepoint(Object savepoint) {
        sizes.put(savepoint, tasks.size());
    }

    /** What was offloaded since then goes with the rest of what was done since then. */
    @Override
    public void savepointRollback(Object savepoint) {
        int size = sizes.getOrDefault(savepoint, 0);
        tasks.subList(size, tasks.size()).clear();
    }

    @Override
    public void afterCommit() {
        ended();
        send();
    }

    /** Sends what another synchronization offloaded in its own after-commit, when ours had been called already. */
    @Override
    public void afterCompletion(int status) {
        ended();
        if (status == STATUS_COMMITTED) {
            send();
        } else if (status == STATUS_UNKNOWN && !tasks.isEmpty()) {
            log.error(
                    "The outcome of a transaction is unknown, so that the tasks it offloaded were not sent: {}. Offload them"
                            + " again if it did commit.",
                    named(tasks));
        }
    }

    private void send() {
        while (!tasks.isEmpty()) {
            List<ObjectNode> batch = tasks;
            tasks = new ArrayList<>();
            try {
                gateway.push(batch);
            } catch (LeekException e) {
                log.error(
                        "The transaction has committed, but the tasks it offloaded could not be sent: {}. Offload again those that have not arrived.",
                        named(batch),
                        e);
                throw e;
            }
        }
    }

    private static String named(List<ObjectNode> tasks) {
        return tasks.stream()
                .map(task -> task.path("jobtype").asString() + " ("
                        + task.path("jid").asString() + ")")
                .collect(Collectors.joining(", "));
    }
}

package io.leek.spring;

import io.leek.client.Connector;
import io.leek.spring.offload.OwnWorker;
import io.leek.task.Task;
import io.leek.worker.TaskHandlers;
import io.leek.worker.Worker;
import io.leek.worker.WorkerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** The worker runs while the context does. */
class WorkerLifecycle implements SmartLifecycle, OwnWorker {

    private static final String DEFAULT_QUEUE = "default";

    private final Connector connector;
    private final LeekProperties.Worker properties;
    private final Supplier<String> newId;
    private final TaskHandlers handlers;
    private @Nullable Worker worker;
    private volatile @Nullable String currentId;
    private int life;

    WorkerLifecycle(
            Connector connector, LeekProperties.Worker properties, Supplier<String> newId, TaskHandlers handlers) {
        this.connector = connector;
        this.properties = properties;
        this.newId = newId;
        this.handlers = handlers;
    }

    @Override
    public synchronized void start() {
        if (worker == null) {
            String id = id();
            currentId = id;
            worker = new Worker(
                    connector,
                    new WorkerSettings(
                            id,
                            properties.concurrency(),
                            properties.prefetch(),
                            queues(),
                            properties.shutdownTimeout()),
                    handlers);
            worker.start();
        }
    }

    @Override
    public synchronized void stop() {
        if (worker != null) {
            worker.close();
            worker = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return worker != null;
    }

    @Override
    public int getPhase() {
        return Phases.WORKER;
    }

    /** Each life has an id of its own, so that the server can tell what a former one left. */
    private String id() {
        life++;
        String given = properties.id();
        if (given == null) {
            return newId.get();
        }
        // The server tells Leek's own workers from others by this prefix.
        String id = given.startsWith("leek-") ? given : "leek-" + given;
        return life == 1 ? id : id + "-" + life;
    }

    /** What another worker holds already is not ours to run. */
    @Override
    public boolean isHeldUpFor(Task task) {
        boolean isElsewhere = task.running() && !String.valueOf(currentId).equals(task.workerId());
        return properties.concurrency() == 1 && !isElsewhere && queues().contains(task.queue());
    }

    /** For the line at start. */
    @Override
    public String toString() {
        int threads = properties.concurrency();
        return "A worker with " + threads + (threads == 1 ? " thread" : " threads") + " serves the queues " + queues();
    }

    private List<String> queues() {
        if (!properties.queues().isEmpty()) {
            return properties.queues();
        }
        Set<String> named = new TreeSet<>(handlers.queues());
        named.remove(DEFAULT_QUEUE);
        List<String> queues = new ArrayList<>(List.of(DEFAULT_QUEUE));
        queues.addAll(named);
        return queues;
    }
}

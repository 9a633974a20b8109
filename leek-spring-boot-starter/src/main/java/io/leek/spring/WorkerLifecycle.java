package io.leek.spring;

import io.leek.client.Connector;
import io.leek.spring.offload.OwnWorker;
import io.leek.task.Task;
import io.leek.worker.BacklogCheck;
import io.leek.worker.TaskHandlers;
import io.leek.worker.WorkerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** The workers run while the context does: one for each queue with threads of its own, and one for all others. */
class WorkerLifecycle implements SmartLifecycle, OwnWorker {

    private final Connector connector;
    private final LeekProperties properties;
    private final Supplier<String> newId;
    private final TaskHandlers handlers;
    private final WorkerThreads threads;
    private volatile List<Crew> crews = List.of();
    private @Nullable BacklogCheck check;
    private boolean isRunning;
    private int life;

    WorkerLifecycle(
            Connector connector,
            LeekProperties properties,
            Supplier<String> newId,
            TaskHandlers handlers,
            WorkerThreads threads) {
        this.connector = connector;
        this.properties = properties;
        this.newId = newId;
        this.handlers = handlers;
        this.threads = threads;
    }

    @Override
    public synchronized void start() {
        if (isRunning) {
            return;
        }
        isRunning = true;
        String id = id();
        ServedQueues served = served();
        List<Crew> started = new ArrayList<>();
        if (!served.shared().isEmpty()) {
            started.add(crew(settings(id, served.sharedThreads(), served.shared()), true, "leek-worker-"));
        }
        served.own()
                .forEach((queue, concurrency) -> started.add(crew(
                        settings(id + "/" + queue, concurrency, List.of(queue)),
                        started.isEmpty(),
                        "leek-worker-" + queue + "-")));
        crews = List.copyOf(started);
        crews.forEach(Crew::start);
        check = new BacklogCheck(connector, handlers);
        check.start();
    }

    private WorkerSettings settings(String id, int concurrency, List<String> queues) {
        LeekProperties.Worker worker = properties.worker();
        return new WorkerSettings(id, concurrency, worker.prefetch(), queues, worker.shutdownTimeout());
    }

    private Crew crew(WorkerSettings settings, boolean declares, String prefix) {
        // One thread that runs one task after the other has nothing to gain from being virtual.
        WorkerThreads made = settings.concurrency() > 1 ? threads : WorkerThreads::platform;
        return new Crew(connector, settings, handlers, declares, made.named(prefix));
    }

    /** All at the same time: each may take as long as running tasks get to end. */
    @Override
    public synchronized void stop() {
        if (check != null) {
            check.close();
        }
        List<Crew> running = crews;
        crews = List.of();
        isRunning = false;
        if (running.size() == 1) {
            running.get(0).stop();
            return;
        }
        CompletableFuture.allOf(running.stream()
                        .map(crew -> CompletableFuture.runAsync(
                                crew::stop, stop -> new Thread(stop, "leek-worker-stop").start()))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    @Override
    public synchronized boolean isRunning() {
        return isRunning;
    }

    @Override
    public int getPhase() {
        return Phases.WORKER;
    }

    /** Each life has an id of its own, so that the server can tell what a former one left. */
    private String id() {
        life++;
        String given = properties.worker().id();
        if (given == null) {
            return newId.get();
        }
        // The server tells Leek's own workers from others by this prefix.
        String id = given.startsWith("leek-") ? given : "leek-" + given;
        return life == 1 ? id : id + "-" + life;
    }

    /** A task waits for one of its own crew's in vain; the threads of another go on meanwhile. */
    @Override
    public boolean isHeldUpFor(Task task) {
        Crew asking = Crew.current();
        return crews.stream().anyMatch(crew -> (asking == null || asking == crew) && crew.isHeldUpFor(task));
    }

    /** For the line at start. */
    @Override
    public String toString() {
        return served().toString();
    }

    private ServedQueues served() {
        return ServedQueues.of(properties, handlers.queues());
    }
}

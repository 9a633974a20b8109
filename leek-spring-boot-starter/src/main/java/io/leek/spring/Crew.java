package io.leek.spring;

import io.leek.client.Connector;
import io.leek.task.RecurringTask;
import io.leek.task.Task;
import io.leek.worker.TaskHandler;
import io.leek.worker.TaskHandlers;
import io.leek.worker.Worker;
import io.leek.worker.WorkerSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** The threads of this process for some queues, as a worker of their own for the server. */
final class Crew {

    private static final ThreadLocal<@Nullable Crew> CURRENT = new ThreadLocal<>();

    private final WorkerSettings settings;
    private final Worker worker;

    /** @param declares whether it is the one of the process that declares the recurring tasks */
    Crew(
            Connector connector,
            WorkerSettings settings,
            TaskHandlers handlers,
            boolean declares,
            ThreadFactory newThread) {
        this.settings = settings;
        worker = new Worker(
                connector,
                settings,
                declares ? handlers : new WithoutRecurring(handlers),
                run -> newThread.newThread(() -> {
                    CURRENT.set(this);
                    run.run();
                }));
    }

    /** The one to which this thread belongs; null for any other thread. */
    static @Nullable Crew current() {
        return CURRENT.get();
    }

    void start() {
        worker.start();
    }

    void stop() {
        worker.close();
    }

    /** Whether its only thread would have to run the task. What another worker holds already is not ours to run. */
    boolean isHeldUpFor(Task task) {
        boolean isElsewhere = task.running() && !settings.id().equals(task.workerId());
        return settings.concurrency() == 1 && !isElsewhere && settings.queues().contains(task.queue());
    }

    private record WithoutRecurring(TaskHandlers handlers) implements TaskHandlers {

        @Override
        public Set<String> names() {
            return handlers.names();
        }

        @Override
        public Set<String> queues() {
            return handlers.queues();
        }

        @Override
        public List<RecurringTask> recurring() {
            return List.of();
        }

        @Override
        public Optional<TaskHandler> find(String name) {
            return handlers.find(name);
        }
    }
}

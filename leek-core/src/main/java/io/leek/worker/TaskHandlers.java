package io.leek.worker;

import io.leek.task.RecurringTask;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The task methods that this process knows. */
public interface TaskHandlers {

    /** The names to announce to the server. */
    Set<String> names();

    /** The queues that these tasks are offloaded to by default. */
    Set<String> queues();

    /** Those tasks that the server shall queue by itself. */
    default List<RecurringTask> recurring() {
        return List.of();
    }

    Optional<TaskHandler> find(String name);
}

package io.leek.worker;

import java.util.Optional;
import java.util.Set;

/** The task methods that this process knows. */
public interface TaskHandlers {

    /** The names to announce to the server. */
    Set<String> names();

    /** The queues that these tasks are offloaded to by default. */
    Set<String> queues();

    Optional<TaskHandler> find(String name);
}

package io.leek.server.store;

import io.leek.task.Task;

/** A row of one of the three tables; it does not leave this package, its {@link #task()} does. */
interface TaskEntity {

    Task task();

    /** Its place in the order of arrival. */
    long seq();
}

package io.leek.server.store;

import io.leek.task.Task;
import java.time.Instant;

/** A row of one of the three tables; it does not leave this package, its {@link #task()} does. */
interface TaskEntity {

    Task task();

    /** The time by which its table is listed. */
    Instant listedAt();
}

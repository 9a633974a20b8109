package io.leek.spring.offload;

import io.leek.task.Task;

/** The worker of this application, as a task that it runs sees it. */
public interface OwnWorker {

    /** Whether it would have to run this task, and has no thread left to do so while the task that asks goes on. */
    boolean isHeldUpFor(Task task);
}

package io.leek;

import io.leek.task.Task;
import io.leek.task.TaskFailure;

/** The task whose result was asked or waited for has ended as failed. */
public class TaskFailedException extends LeekException {

    private static final long serialVersionUID = 1L;

    private final transient Task task;

    public TaskFailedException(Task task) {
        this(
                "Task %s (%s) failed: %s"
                        .formatted(
                                task.id(),
                                task.name(),
                                task.failure().map(TaskFailure::summary).orElse("no reason was kept")),
                task);
    }

    TaskFailedException(String message, Task task) {
        super(message);
        this.task = task;
    }

    /** The failed task, with its reason, error type, message and stack trace. */
    public Task task() {
        return task;
    }
}

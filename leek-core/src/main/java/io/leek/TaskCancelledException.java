package io.leek;

import io.leek.task.Task;

/** The task whose result was asked or waited for was cancelled. */
public class TaskCancelledException extends TaskFailedException {

    private static final long serialVersionUID = 1L;

    public TaskCancelledException(Task task) {
        super("Task %s (%s) was cancelled".formatted(task.id(), task.name()), task);
    }
}

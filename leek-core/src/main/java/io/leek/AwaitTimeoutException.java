package io.leek;

import java.time.Duration;

/** A task did not finish within the time that a caller would wait for it. It is not affected by that. */
public class AwaitTimeoutException extends LeekException {

    private static final long serialVersionUID = 1L;

    private final String taskId;
    private final Duration timeout;

    /** @param doing what the task is doing instead, for the message */
    public AwaitTimeoutException(String taskId, Duration timeout, String doing) {
        super("Task %s did not finish within %s: %s".formatted(taskId, timeout, doing));
        this.taskId = taskId;
        this.timeout = timeout;
    }

    /** The id of the task that was waited for. */
    public String taskId() {
        return taskId;
    }

    /** How long it was waited for. */
    public Duration timeout() {
        return timeout;
    }
}

package io.leek;

import org.jspecify.annotations.Nullable;

/** What was given to {@code offload} is not exactly one call of one task method. Nothing was sent. */
public class TaskCaptureException extends LeekException {

    private static final long serialVersionUID = 1L;

    public TaskCaptureException(String message) {
        super(message);
    }

    public TaskCaptureException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

package io.leek.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run of a task that did not end in success.
 *
 * @param number 1 for the first run; it begins again where the task was put back into its queue
 * @param startedAt when the worker got it
 * @param failedAt when the server heard of its end
 * @param failure why, with type, message and stack trace
 */
public record FailedAttempt(
        int number,
        Instant startedAt,
        Instant failedAt,
        @Nullable String workerId,
        TaskFailure failure) {

    /** Most failed attempts of a task that are kept; older ones are forgotten. */
    public static final int KEPT = 100;
}

package io.leek.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a run has got, as it said last.
 *
 * @param done so many of
 * @param of all there is to do; 0 where that is not known
 * @param message at most {@value TaskFailure#MAX_MESSAGE} characters
 * @param updatedAt when the server heard it
 */
public record TaskProgress(long done, long of, @Nullable String message, Instant updatedAt) {

    public TaskProgress {
        if (message != null && message.length() > TaskFailure.MAX_MESSAGE) {
            message = TaskFailure.cut(message, TaskFailure.MAX_MESSAGE);
        }
    }
}

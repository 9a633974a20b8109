package io.leek.server.dispatch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says about a retry of the attempt that failed.
 *
 * @param isFinal whether none may follow
 * @param retryIn when the task asks to be run again; null leaves it to the task's record
 */
public record Verdict(boolean isFinal, @Nullable Duration retryIn) {

    /** Nothing. */
    static final Verdict NONE = new Verdict(false, null);
}

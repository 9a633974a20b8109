package io.leek;

import java.time.Duration;

/**
 * Thrown by a task method that is to be run again after a time of its own choice, whatever its delays, {@code includes}
 * and {@code excludes} are. It counts as a cause of another exception, too.
 *
 * <p>It uses up one of the task's retries, and the task is failed where none is left. A task that has no retries at all
 * ({@code maxRetries} 0) is run again as often as it asks for it.
 */
public class RetryLaterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Duration delay;

    /** @param delay until the next run, at most a year; zero or less for at once */
    public RetryLaterException(Duration delay) {
        this(delay, "it asks to be run again in " + delay);
    }

    public RetryLaterException(Duration delay, String message) {
        super(message);
        this.delay = delay;
    }

    /** @param cause whose type, message and stack trace are kept with the task instead of this exception's */
    public RetryLaterException(Duration delay, Throwable cause) {
        super(cause);
        this.delay = delay;
    }

    /** The time until the next run. */
    public Duration delay() {
        return delay;
    }
}

package io.leek.spring.offload;

import io.leek.task.RetryBackoff;
import io.leek.task.TaskKey;
import io.leek.task.TaskRecord;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What one offload says differently from the {@code @LeekTask}; null where it says nothing. */
record OffloadOptions(
        @Nullable Duration delay,
        @Nullable Instant at,
        @Nullable TaskKey key,
        @Nullable String queue,
        @Nullable Integer priority,
        @Nullable Integer maxRetries,
        @Nullable RetryBackoff backoff,
        MutexOption mutex,
        @Nullable Duration timeout) {

    static final OffloadOptions NONE =
            new OffloadOptions(null, null, null, null, null, null, null, MutexOption.NONE, null);

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** Takes the place of {@link #at}. */
    OffloadOptions withDelay(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must not be negative, but was " + delay);
        }
        return new OffloadOptions(delay, null, key, queue, priority, maxRetries, backoff, mutex, timeout);
    }

    /** Takes the place of {@link #delay}. */
    OffloadOptions withAt(Instant at) {
        if (at.isBefore(Instant.EPOCH) || at.isAfter(LATEST)) {
            throw new IllegalArgumentException("at must be between 1970 and 9999, but was " + at);
        }
        return new OffloadOptions(null, at, key, queue, priority, maxRetries, backoff, mutex, timeout);
    }

    OffloadOptions withKey(TaskKey key) {
        if (key.text().isBlank()) {
            throw new IllegalArgumentException("key must not be blank");
        }
        return new OffloadOptions(delay, at, key, queue, priority, maxRetries, backoff, mutex, timeout);
    }

    OffloadOptions withQueue(String queue) {
        if (!TaskRecord.isQueueName(queue)) {
            throw new IllegalArgumentException(
                    "queue must be 1 to 100 letters, digits, '.', '_' or '-', but was '" + queue + "'");
        }
        return new OffloadOptions(delay, at, key, queue, priority, maxRetries, backoff, mutex, timeout);
    }

    OffloadOptions withPriority(int priority) {
        if (priority < 1 || priority > 9) {
            throw new IllegalArgumentException("priority must be 1 to 9, but was " + priority);
        }
        return new OffloadOptions(delay, at, key, queue, priority, maxRetries, backoff, mutex, timeout);
    }

    OffloadOptions withMaxRetries(int maxRetries) {
        if (maxRetries < 0) {
            throw new IllegalArgumentException("maxRetries must be 0 or more, but was " + maxRetries);
        }
        return new OffloadOptions(delay, at, key, queue, priority, maxRetries, backoff, mutex, timeout);
    }

    OffloadOptions withBackoff(RetryBackoff backoff) {
        return new OffloadOptions(delay, at, key, queue, priority, maxRetries, backoff, mutex, timeout);
    }

    OffloadOptions withMutex(MutexOption mutex) {
        return new OffloadOptions(delay, at, key, queue, priority, maxRetries, backoff, mutex, timeout);
    }

    OffloadOptions withTimeout(Duration timeout) {
        return new OffloadOptions(
                delay, at, key, queue, priority, maxRetries, backoff, mutex, RegisteredTask.timeout(timeout));
    }

    /** When the task may run; null means now. */
    @Nullable
    Instant dueAt(Clock clock) {
        if (delay == null) {
            return at;
        }
        if (delay.isZero()) {
            return null;
        }
        try {
            Instant due = clock.instant().plus(delay);
            if (!due.isAfter(LATEST)) {
                return due;
            }
        } catch (ArithmeticException | DateTimeException e) {
            // Too far away for a time at all: told below like any other that is too far.
        }
        throw new IllegalArgumentException("delay must end before the year 9999, but was " + delay);
    }
}

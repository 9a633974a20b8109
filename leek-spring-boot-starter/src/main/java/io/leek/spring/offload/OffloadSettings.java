package io.leek.spring.offload;

import io.leek.task.RetryBackoff;
import java.time.Clock;

/**
 * What the application says about offloading; a bean of this type replaces the default.
 *
 * @param maxRetries retries of a task whose {@code @LeekTask} says none; 0 or more
 * @param backoff delays before the retries, where the {@code @LeekTask} leaves them open
 * @param clock makes task ids and turns delays into times
 * @param routes the queues of tasks whose {@code @LeekTask} names none
 */
public record OffloadSettings(int maxRetries, RetryBackoff backoff, Clock clock, QueueRoutes routes) {

    public OffloadSettings {
        if (maxRetries < 0) {
            throw new IllegalArgumentException("leek.retry.max-retries must be 0 or more, but was " + maxRetries);
        }
    }

    /** All tasks that name no queue go to {@code default}. */
    public OffloadSettings(int maxRetries, RetryBackoff backoff, Clock clock) {
        this(maxRetries, backoff, clock, QueueRoutes.NONE);
    }

    /** No retries, delays of a second, and the system's clock. */
    public static OffloadSettings defaults() {
        return new OffloadSettings(0, RetryBackoff.DEFAULT, Clock.systemUTC());
    }
}

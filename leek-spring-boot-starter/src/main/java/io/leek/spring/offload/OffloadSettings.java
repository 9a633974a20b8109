package io.leek.spring.offload;

import java.time.Clock;

/**
 * What the application says about offloading; a bean of this type replaces the default.
 *
 * @param maxRetries retries of a task whose {@code @LeekTask} says none; 0 or more
 * @param clock makes task ids and turns delays into times
 */
public record OffloadSettings(int maxRetries, Clock clock) {

    public OffloadSettings {
        if (maxRetries < 0) {
            throw new IllegalArgumentException("leek.retry.max-retries must be 0 or more, but was " + maxRetries);
        }
    }

    /** No retries, and the system's clock. */
    public static OffloadSettings defaults() {
        return new OffloadSettings(0, Clock.systemUTC());
    }
}

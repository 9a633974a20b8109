package io.leek.task;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Whether and when a failed attempt is followed by another. */
public final class RetryDecision {

    private static final Duration LONGEST = Duration.ofDays(365);

    /** A number of failures whose delay is past the longest, and whose fourth power still fits a long. */
    private static final long PAST_LONGEST = 1_000;

    private RetryDecision() {}

    /**
     * The delay before the next attempt; empty where there is none. Grows with the fourth power of the number of
     * failures, as the Faktory Work Protocol has it.
     *
     * @param retries how many retries the task may have in all
     * @param failures failed attempts so far, this one included
     */
    public static Optional<Duration> next(int retries, int failures, RandomGenerator random) {
        if (failures > retries) {
            return Optional.empty();
        }
        long c = Math.min(failures - 1L, PAST_LONGEST);
        long seconds = Math.min(c * c * c * c + 15 + random.nextInt(30) * (c + 1), LONGEST.toSeconds());
        return Optional.of(Duration.ofSeconds(seconds));
    }
}

package io.leek.task;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Whether and when a failed attempt is followed by another. */
public final class RetryDecision {

    static final Duration LONGEST = Duration.ofDays(365);

    /** A number of failures whose delay is past the longest, and whose fourth power still fits a long. */
    private static final long PAST_LONGEST = 1_000;

    private RetryDecision() {}

    /**
     * The delay before the next attempt, at most a year; empty where there is none.
     *
     * @param failures failed attempts so far, this one included
     */
    public static Optional<Duration> next(RetryRule rule, int failures, RandomGenerator random) {
        if (failures > rule.retries()) {
            return Optional.empty();
        }
        RetryBackoff backoff = rule.backoff();
        return Optional.of(backoff == null ? fourthPower(failures, random) : backoff.before(failures, random));
    }

    /**
     * The same for an attempt that has said when it wants the next. A limit on retries holds for it too, but a task that
     * may have none otherwise runs again whenever it asks to.
     *
     * @param asked null where it has said nothing; less than zero counts as zero
     */
    public static Optional<Duration> next(
            RetryRule rule, @Nullable Duration asked, int failures, RandomGenerator random) {
        if (asked == null) {
            return next(rule, failures, random);
        }
        if (rule.retries() > 0 && failures > rule.retries()) {
            return Optional.empty();
        }
        return Optional.of(asked.isNegative() ? Duration.ZERO : asked.compareTo(LONGEST) > 0 ? LONGEST : asked);
    }

    /** As the Faktory Work Protocol has it. */
    private static Duration fourthPower(int failures, RandomGenerator random) {
        long c = Math.min(failures - 1L, PAST_LONGEST);
        long seconds = Math.min(c * c * c * c + 15 + random.nextInt(30) * (c + 1), LONGEST.toSeconds());
        return Duration.ofSeconds(seconds);
    }
}

package io.leek.spring.offload;

import io.leek.LeekTask;
import io.leek.task.RetryBackoff;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * What a {@link LeekTask} says about retries; what it leaves open comes from {@code leek.retry.*}.
 *
 * @param maxRetries -1 where it is left open
 * @param exceptions which of them are followed by a retry
 */
record TaskRetry(
        int maxRetries,
        @Nullable Duration delay,
        @Nullable Double multiplier,
        @Nullable Duration maxDelay,
        @Nullable Duration jitter,
        RetryPolicy exceptions) {

    /** All is left open. */
    static final TaskRetry OPEN = new TaskRetry(-1, null, null, null, null, RetryPolicy.withDefaults());

    /** @throws IllegalArgumentException where a part can't be read or is out of its range */
    static TaskRetry of(LeekTask task, UnaryOperator<@Nullable String> placeholders) {
        TaskRetry retry = new TaskRetry(
                task.maxRetries(),
                duration("delay", task.delay(), placeholders),
                task.multiplier() == -1 ? null : task.multiplier(),
                duration("maxDelay", task.maxDelay(), placeholders),
                duration("jitter", task.jitter(), placeholders),
                RetryPolicy.builder()
                        .includes(task.includes())
                        .excludes(task.excludes())
                        .build());
        retry.backoff(RetryBackoff.DEFAULT);
        return retry;
    }

    int maxRetries(int byDefault) {
        return maxRetries < 0 ? byDefault : maxRetries;
    }

    RetryBackoff backoff(RetryBackoff byDefault) {
        return new RetryBackoff(
                delay == null ? byDefault.delay() : delay,
                multiplier == null ? byDefault.multiplier() : multiplier,
                maxDelay == null ? byDefault.maxDelay() : maxDelay,
                jitter == null ? byDefault.jitter() : jitter);
    }

    static @Nullable Duration duration(String name, String written, UnaryOperator<@Nullable String> placeholders) {
        String text = placeholders.apply(written);
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return DurationFormatterUtils.detectAndParse(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " must be a duration, but was '" + text + "'", e);
        }
    }
}

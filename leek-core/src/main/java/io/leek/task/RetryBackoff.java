package io.leek.task;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How long a task waits before each retry, by the names and rules of Spring's {@code RetryPolicy}: before the n-th it is
 * {@code delay} times {@code multiplier} to the power of n-1, at most {@code maxDelay}.
 *
 * @param delay before the first retry; zero or more, at most a year
 * @param multiplier at least 1; 1 for the same delay each time
 * @param maxDelay the longest delay, longer than zero; null for a year
 * @param jitter by so much a delay is longer or shorter at random, but never shorter than {@code delay} or longer than
 *     {@code maxDelay}; it grows as the delay does
 */
public record RetryBackoff(
        Duration delay, double multiplier, @Nullable Duration maxDelay, Duration jitter) {

    /** One second before each retry. */
    public static final RetryBackoff DEFAULT = of(Duration.ofSeconds(1));

    /** @throws IllegalArgumentException for a part that is out of its range */
    public RetryBackoff {
        require(isLength(delay), "delay", "0 to 365 days", delay);
        require(multiplier >= 1 && multiplier < Double.POSITIVE_INFINITY, "multiplier", "1 or more", multiplier);
        require(
                maxDelay == null || isLength(maxDelay) && !maxDelay.isZero(),
                "maxDelay",
                "more than 0, at most 365 days",
                maxDelay);
        require(isLength(jitter), "jitter", "0 to 365 days", jitter);
    }

    private static void require(boolean isRight, String part, String expected, @Nullable Object found) {
        if (!isRight) {
            throw new IllegalArgumentException(part + " must be " + expected + ", but was " + found);
        }
    }

    private static boolean isLength(Duration duration) {
        return !duration.isNegative() && duration.compareTo(RetryDecision.LONGEST) <= 0;
    }

    /** The same delay before each retry. */
    public static RetryBackoff of(Duration delay) {
        return new RetryBackoff(delay, 1, null, Duration.ZERO);
    }

    public RetryBackoff multiplier(double multiplier) {
        return new RetryBackoff(delay, multiplier, maxDelay, jitter);
    }

    public RetryBackoff maxDelay(Duration maxDelay) {
        return new RetryBackoff(delay, multiplier, maxDelay, jitter);
    }

    public RetryBackoff jitter(Duration jitter) {
        return new RetryBackoff(delay, multiplier, maxDelay, jitter);
    }

    /** @param retry 1 for the first */
    Duration before(int retry, RandomGenerator random) {
        double longest = (maxDelay == null ? RetryDecision.LONGEST : maxDelay).toMillis();
        double shortest = Math.min(delay.toMillis(), longest);
        double usual = Math.min(delay.toMillis() * Math.pow(multiplier, retry - 1.0), longest);
        if (delay.isZero()) {
            // Zero times infinity is no number.
            usual = 0;
        }
        double spread = shortest > 0 ? jitter.toMillis() * (usual / shortest) : jitter.toMillis();
        double from = Math.max(usual - spread, shortest);
        double to = Math.min(usual + spread, longest);
        return Duration.ofMillis((long) (from + random.nextDouble() * (to - from)));
    }

    /** As {@code custom.leek.retry} of a record has it: in milliseconds, without what is at its default. */
    public ObjectNode toJson() {
        ObjectNode json = TaskJson.MAPPER.createObjectNode().put("delay_ms", delay.toMillis());
        if (multiplier != 1) {
            json.put("multiplier", multiplier);
        }
        if (maxDelay != null) {
            json.put("max_delay_ms", maxDelay.toMillis());
        }
        if (!jitter.isZero()) {
            json.put("jitter_ms", jitter.toMillis());
        }
        return json;
    }

    /** Null where a record says nothing about it. */
    static @Nullable RetryBackoff of(JsonNode json) throws InvalidTaskException {
        if (json.isMissingNode() || json.isNull()) {
            return null;
        }
        if (!json.isObject()) {
            throw new InvalidTaskException("custom.leek.retry must be an object, but was " + json.getNodeType());
        }
        JsonNode multiplier = json.path("multiplier");
        if (!multiplier.isMissingNode() && !multiplier.isNumber()) {
            throw new InvalidTaskException("custom.leek.retry: multiplier must be a number");
        }
        Duration maxDelay = millis(json, "max_delay_ms");
        Duration delay = millis(json, "delay_ms");
        Duration jitter = millis(json, "jitter_ms");
        try {
            return new RetryBackoff(
                    delay == null ? DEFAULT.delay : delay,
                    multiplier.asDouble(1),
                    maxDelay,
                    jitter == null ? Duration.ZERO : jitter);
        } catch (IllegalArgumentException e) {
            throw new InvalidTaskException("custom.leek.retry: " + e.getMessage());
        }
    }

    private static @Nullable Duration millis(JsonNode json, String field) throws InvalidTaskException {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new InvalidTaskException("custom.leek.retry: " + field + " must be a whole number of milliseconds");
        }
        return Duration.ofMillis(value.longValue());
    }
}

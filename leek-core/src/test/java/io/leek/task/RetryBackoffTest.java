package io.leek.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryBackoffTest {

    private static final RandomGenerator RANDOM = new Random(1);

    @Test
    void theDelayStaysTheSameUnlessItIsMultiplied() {
        assertThat(delays(RetryBackoff.of(Duration.ofSeconds(7)), 1, 2, 3)).isEqualTo("7000 7000 7000");
        assertThat(delays(RetryBackoff.of(Duration.ofSeconds(1)).multiplier(2.5), 1, 2, 3))
                .isEqualTo("1000 2500 6250");
    }

    @Test
    void theDelayGrowsToItsLongest() {
        RetryBackoff doubled = RetryBackoff.of(Duration.ofSeconds(1)).multiplier(2);

        assertThat(delays(doubled.maxDelay(Duration.ofSeconds(5)), 1, 2, 3, 4, 5))
                .isEqualTo("1000 2000 4000 5000 5000");
        assertThat(delays(doubled.maxDelay(Duration.ofMillis(10)), 1, 2)).isEqualTo("10 10");
        assertThat(doubled.before(Integer.MAX_VALUE, RANDOM)).isEqualTo(Duration.ofDays(365));
    }

    @Test
    void noDelayMeansAtOnceHoweverOften() {
        RetryBackoff none = RetryBackoff.of(Duration.ZERO).multiplier(3);

        assertThat(delays(none, 1, 2, 100_000)).isEqualTo("0 0 0");
    }

    @Test
    void jitterMakesTheDelayLongerOrShorterButNeverShorterThanTheFirst() {
        RetryBackoff backoff =
                RetryBackoff.of(Duration.ofSeconds(10)).multiplier(2).jitter(Duration.ofSeconds(4));

        assertThat(range(backoff, 1)).containsExactly(10_000L, 14_000L);
        assertThat(range(backoff, 2)).as("jitter grows with the delay").containsExactly(12_000L, 28_000L);
        assertThat(range(backoff.maxDelay(Duration.ofSeconds(21)), 2)).containsExactly(12_000L, 21_000L);
    }

    @Test
    void aLimitOnRetriesHoldsWhateverTheDelays() {
        RetryRule twice = new RetryRule(2, RetryBackoff.DEFAULT);

        assertThat(RetryDecision.next(twice, 2, RANDOM)).contains(Duration.ofSeconds(1));
        assertThat(RetryDecision.next(twice, 3, RANDOM)).isEmpty();
    }

    @Test
    void whatATaskAsksForCountsAsOneOfItsRetries() {
        Duration asked = Duration.ofMinutes(10);
        RetryRule twice = new RetryRule(2, RetryBackoff.DEFAULT);

        assertThat(RetryDecision.next(twice, asked, 2, RANDOM)).contains(asked);
        assertThat(RetryDecision.next(twice, asked, 3, RANDOM)).isEmpty();
        assertThat(RetryDecision.next(twice, null, 1, RANDOM)).contains(Duration.ofSeconds(1));
    }

    @Test
    void aTaskWithoutRetriesRunsAgainWheneverItAsksTo() {
        Duration asked = Duration.ofMinutes(10);

        assertThat(RetryDecision.next(RetryRule.NONE, asked, 1_000, RANDOM)).contains(asked);
        assertThat(RetryDecision.next(RetryRule.NONE, Duration.ofMillis(-1), 1, RANDOM))
                .contains(Duration.ZERO);
        assertThat(RetryDecision.next(RetryRule.NONE, Duration.ofMillis(Long.MAX_VALUE), 1, RANDOM))
                .contains(Duration.ofDays(365));
        assertThat(RetryDecision.next(RetryRule.NONE, null, 1, RANDOM)).isEqualTo(Optional.empty());
    }

    @Test
    void itTravelsInTheRecordAndComesBack() throws Exception {
        RetryBackoff all = new RetryBackoff(Duration.ofSeconds(2), 1.5, Duration.ofMinutes(1), Duration.ofMillis(50));

        assertThat(all.toJson())
                .hasToString("{\"delay_ms\":2000,\"multiplier\":1.5,\"max_delay_ms\":60000,\"jitter_ms\":50}");
        assertThat(RetryBackoff.DEFAULT.toJson()).hasToString("{\"delay_ms\":1000}");
        for (RetryBackoff backoff : new RetryBackoff[] {all, RetryBackoff.DEFAULT}) {
            assertThat(record(backoff.toJson().toString()).retry()).isEqualTo(new RetryRule(3, backoff));
        }
        assertThat(record("{}").retry().backoff()).isEqualTo(RetryBackoff.DEFAULT);
        assertThat(record("null").retry().backoff()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            5                        | custom.leek.retry must be an object, but was NUMBER
            {"delay_ms":"1s"}        | custom.leek.retry: delay_ms must be a whole number of milliseconds
            {"delay_ms":1.5}         | custom.leek.retry: delay_ms must be a whole number of milliseconds
            {"delay_ms":-1}          | custom.leek.retry: delay must be 0 to 365 days, but was PT-0.001S
            {"max_delay_ms":0}       | custom.leek.retry: maxDelay must be more than 0, at most 365 days, but was PT0S
            {"multiplier":0.5}       | custom.leek.retry: multiplier must be 1 or more, but was 0.5
            {"multiplier":"2"}       | custom.leek.retry: multiplier must be a number
            {"jitter_ms":-1}         | custom.leek.retry: jitter must be 0 to 365 days, but was PT-0.001S
            """)
    void aRecordWithDelaysThatCannotBeIsRefused(String retry, String reason) {
        assertThatThrownBy(() -> record(retry))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessage(reason);
    }

    private static TaskRecord record(String retry) throws InvalidTaskException {
        return TaskRecord.parse("{\"jid\":\"task-0001\",\"jobtype\":\"a\",\"args\":[],\"retry\":3,"
                + "\"custom\":{\"leek\":{\"retry\":" + retry + "}}}");
    }

    private static String delays(RetryBackoff backoff, int... retries) {
        return String.join(
                " ",
                IntStream.of(retries)
                        .mapToObj(retry ->
                                String.valueOf(backoff.before(retry, RANDOM).toMillis()))
                        .toList());
    }

    /** The shortest and the longest, to the half second. */
    private static long[] range(RetryBackoff backoff, int retry) {
        var drawn = IntStream.range(0, 2_000)
                .mapToLong(i -> backoff.before(retry, RANDOM).toMillis())
                .summaryStatistics();
        return new long[] {Math.round(drawn.getMin() / 500.0) * 500, Math.round(drawn.getMax() / 500.0) * 500};
    }
}

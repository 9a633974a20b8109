package io.leek.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TaskRulesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123Z");

    @Test
    void anIdIsAVersion7UuidOfItsTime() {
        UUID id = UUID.fromString(TaskId.next(Clock.fixed(NOW, ZoneOffset.UTC)));

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void idsSortByTheirTimeAndAreUnique() {
        Set<String> ids = new HashSet<>();
        String before = "";
        for (int ms = 0; ms < 1_000; ms++) {
            String id = TaskId.next(Clock.fixed(NOW.plusMillis(ms), ZoneOffset.UTC));
            assertThat(id).isGreaterThan(before);
            before = id;
            ids.add(TaskId.next(Clock.fixed(NOW, ZoneOffset.UTC)));
        }

        assertThat(ids).hasSize(1_000);
    }

    @Test
    void withoutRetriesLeftThereIsNoNextAttempt() {
        assertThat(RetryDecision.next(new RetryRule(-1, null), 1, new Random())).isEmpty();
        assertThat(RetryDecision.next(new RetryRule(0, null), 1, new Random())).isEmpty();
        assertThat(RetryDecision.next(new RetryRule(2, null), 3, new Random())).isEmpty();
        assertThat(RetryDecision.next(new RetryRule(2, null), 2, new Random())).isPresent();
    }

    @Test
    void theDelayGrowsWithTheFourthPower() {
        RandomGenerator least = () -> 0L;

        assertThat(RetryDecision.next(new RetryRule(25, null), 1, least)).contains(Duration.ofSeconds(15));
        assertThat(RetryDecision.next(new RetryRule(25, null), 2, least)).contains(Duration.ofSeconds(16));
        assertThat(RetryDecision.next(new RetryRule(25, null), 11, least)).contains(Duration.ofSeconds(10_015));
        assertThat(RetryDecision.next(new RetryRule(25, null), 3, new Random(1)).orElseThrow())
                .isBetween(Duration.ofSeconds(31), Duration.ofSeconds(31 + 29 * 3));
    }

    @Test
    void theDelayIsAtMostAYearHoweverManyFailures() {
        for (int failures : List.of(100, 60_000, Integer.MAX_VALUE)) {
            assertThat(RetryDecision.next(new RetryRule(Integer.MAX_VALUE, null), failures, new Random(1)))
                    .as("after %d failures", failures)
                    .contains(Duration.ofDays(365));
        }
    }

    @Test
    void aTaskMovesFromQueuedToAnEndAndFromFailedBack() {
        assertThat(TaskState.QUEUED.moves()).containsOnly(TaskState.SUCCESS, TaskState.FAILED);
        assertThat(TaskState.FAILED.moves()).containsOnly(TaskState.QUEUED);
        assertThat(TaskState.SUCCESS.moves()).isEmpty();
        assertThat(TaskState.of("failed")).isEqualTo(TaskState.FAILED);
        assertThatThrownBy(() -> TaskState.of("Failed"))
                .hasMessage("state must be queued, success or failed, but was 'Failed'");
    }

    @Test
    void aFailureKeepsWhatTheProtocolKeeps() {
        TaskFailure failure = TaskFailure.of(
                FailureReason.EXCEPTION, "E".repeat(200), "m".repeat(2_000), Collections.nCopies(80, "at A.a"));

        assertThat(failure.errtype()).hasSize(100);
        assertThat(failure.message()).hasSize(1_000);
        assertThat(failure.backtrace()).hasSize(50);
    }

    @Test
    void aMessageIsNotCutInsideACharacter() {
        TaskFailure failure =
                TaskFailure.of(FailureReason.EXCEPTION, "E", "m".repeat(999) + "\ud83e\udd6c leek", List.of());

        assertThat(failure.message()).isEqualTo("m".repeat(999));
    }

    @Test
    void aPageHasBounds() {
        assertThatThrownBy(() -> TaskQuery.queued().limit(0)).hasMessage("limit must be 1 to 1000, but was 0");
        assertThatThrownBy(() -> TaskQuery.queued().limit(1_001)).hasMessage("limit must be 1 to 1000, but was 1001");
    }
}

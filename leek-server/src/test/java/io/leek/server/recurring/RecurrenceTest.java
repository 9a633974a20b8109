package io.leek.server.recurring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.server.recurring.Recurrence.Tick;
import io.leek.task.CatchUp;
import io.leek.task.RecurringTask;
import io.leek.task.TaskJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** In Vienna clocks go from 2 to 3 on 29 March 2026, and from 3 to 2 on 25 October. */
class RecurrenceTest {

    private static final String VIENNA = "Europe/Vienna";

    @Test
    void aDailyTimeThatFallsIntoTheGapOfTheClockIsAtItsEnd() {
        assertThat(ticks("0 30 2 * * *", "2026-03-28T00:00:00Z", 3))
                .extracting(Tick::at)
                .containsExactly(
                        Instant.parse("2026-03-28T01:30:00Z"),
                        Instant.parse("2026-03-29T01:00:00Z"),
                        Instant.parse("2026-03-30T00:30:00Z"));
    }

    @Test
    void aDailyTimeThatTheClockHasTwiceIsOneRun() {
        assertThat(ticks("0 30 2 * * *", "2026-10-24T12:00:00Z", 2))
                .containsExactly(
                        new Tick(Instant.parse("2026-10-25T00:30:00Z"), "2026-10-25"),
                        new Tick(Instant.parse("2026-10-26T01:30:00Z"), "2026-10-26"));
    }

    @Test
    void whatIsRarerThanDailyIsKnownByItsDateToo() {
        assertThat(ticks("@monthly", "2026-03-02T00:00:00Z", 1))
                .containsExactly(new Tick(Instant.parse("2026-03-31T22:00:00Z"), "2026-04-01"));
        assertThat(ticks("0 0 3 * * MON", "2026-03-02T12:00:00Z", 1))
                .containsExactly(new Tick(Instant.parse("2026-03-09T02:00:00Z"), "2026-03-09"));
    }

    @Test
    void whatRunsMoreOftenGoesOnByTheInstantWhenClocksChange() {
        assertThat(ticks("0 */30 * * * *", "2026-10-24T23:59:00Z", 5))
                .extracting(Tick::identity)
                .containsExactly(
                        "2026-10-25T00:00:00Z",
                        "2026-10-25T00:30:00Z",
                        "2026-10-25T01:00:00Z",
                        "2026-10-25T01:30:00Z",
                        "2026-10-25T02:00:00Z");
        assertThat(ticks("0 0 * * * *", "2026-03-29T00:30:00Z", 2))
                .extracting(Tick::at)
                .containsExactly(Instant.parse("2026-03-29T01:00:00Z"), Instant.parse("2026-03-29T02:00:00Z"));
    }

    @Test
    void columnsMayBeAlignedWithMoreThanOneBlank() {
        assertThat(ticks("0 0  * * * *", "2026-03-02T10:30:00Z", 2))
                .extracting(Tick::identity)
                .containsExactly("2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z");
    }

    @Test
    void aDateThatNeverComesHasNoTime() {
        assertThat(ticks("0 0 0 30 2 *", "2026-03-01T00:00:00Z", 1)).isEmpty();
    }

    @Test
    void whatMakesNoSenseIsRefusedWithTheReason() {
        assertThatThrownBy(() -> of("0 0 3 * *", VIENNA, null)).hasMessageContaining("6 fields");
        assertThatThrownBy(() -> of("0 0 3 * * *", "Europe/Wien", null))
                .hasMessage("there is no time zone 'Europe/Wien'");
        assertThatThrownBy(() -> of(null, null, 0L)).hasMessage("delay_ms must be at least 1, but was 0");
        assertThatThrownBy(() -> of("0 0 3 * * *", null, 5L)).hasMessage("needs either cron or delay_ms");
    }

    private static List<Tick> ticks(String cron, String after, int count) {
        Recurrence recurrence = of(cron, VIENNA, null);
        List<Tick> ticks = new ArrayList<>();
        Optional<Tick> next = recurrence.next(Instant.parse(after), null);
        while (next.isPresent() && ticks.size() < count) {
            ticks.add(next.get());
            next = recurrence.next(next.get().at(), null);
        }
        return ticks;
    }

    private static Recurrence of(String cron, String zone, Long delayMs) {
        return Recurrence.of(
                new RecurringTask("report", cron, zone, delayMs, CatchUp.ONCE, TaskJson.MAPPER.createObjectNode()));
    }
}

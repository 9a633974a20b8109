package io.leek.server.recurring;

import io.leek.task.RecurringTask;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

/** When a recurring task runs. */
sealed interface Recurrence {

    /**
     * Reads a definition.
     *
     * @throws IllegalArgumentException where it makes no sense
     */
    static Recurrence of(RecurringTask task) {
        String cron = task.cron();
        Long delayMs = task.delayMs();
        if ((cron == null) == (delayMs == null)) {
            throw new IllegalArgumentException("needs either cron or delay_ms");
        }
        if (cron != null) {
            return Cron.of(cron, task.zone());
        }
        if (Objects.requireNonNull(delayMs) < 1) {
            throw new IllegalArgumentException("delay_ms must be at least 1, but was " + delayMs);
        }
        return new Delay(Duration.ofMillis(delayMs));
    }

    /**
     * The first time after the given one; empty where there is none.
     *
     * @param last when the last run was due or, if that is later, when it ended; null before the first
     */
    Optional<Tick> next(Instant after, @Nullable Instant last);

    /**
     * A time to run.
     *
     * @param identity equal for two that are the same run
     */
    record Tick(Instant at, String identity) {}

    /** From the end of a run to the next; the first is due at once. */
    record Delay(Duration delay) implements Recurrence {

        @Override
        public Optional<Tick> next(Instant after, @Nullable Instant last) {
            Instant at = last == null ? after : last.plus(delay);
            return Optional.of(new Tick(at, at.toString()));
        }
    }

    /**
     * By the clock of a zone. What runs once a day or more rarely is one run for each date, so that it neither is left out
     * nor runs twice where clocks are changed; what would fall into the hour that is left out runs at its end. What runs
     * more often goes by the instant.
     */
    record Cron(CronExpression expression, ZoneId zone, boolean isDailyOrRarer) implements Recurrence {

        static Cron of(String text, @Nullable String zone) {
            CronExpression expression = CronExpression.parse(text);
            try {
                ZoneId id = zone == null ? ZoneId.systemDefault() : ZoneId.of(zone);
                return new Cron(expression, id, isDailyOrRarer(expression));
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("there is no time zone '" + zone + "'", e);
            }
        }

        /** Whether second, minute and hour are each one number. Macros are written out by then. */
        private static boolean isDailyOrRarer(CronExpression expression) {
            return Arrays.stream(expression.toString().strip().split(" +"))
                    .limit(3)
                    .allMatch(field -> field.chars().allMatch(Character::isDigit));
        }

        @Override
        public Optional<Tick> next(Instant after, @Nullable Instant last) {
            return isDailyOrRarer ? nextDate(after) : nextInstant(after);
        }

        private Optional<Tick> nextInstant(Instant after) {
            ZonedDateTime next = expression.next(after.atZone(zone));
            return Optional.ofNullable(next)
                    .map(time -> new Tick(time.toInstant(), time.toInstant().toString()));
        }

        private Optional<Tick> nextDate(Instant after) {
            ZoneRules rules = zone.getRules();
            // From the day before: an hour that clocks repeat or leave out moves local times against the instants.
            LocalDateTime local = LocalDateTime.ofInstant(after, zone).minusDays(1);
            for (LocalDateTime next = expression.next(local); next != null; next = expression.next(next)) {
                ZoneOffsetTransition gap = rules.getTransition(next);
                Instant at = gap != null && gap.isGap()
                        ? gap.getInstant()
                        : ZonedDateTime.of(next, zone).toInstant();
                if (at.isAfter(after)) {
                    return Optional.of(new Tick(at, next.toLocalDate().toString()));
                }
            }
            return Optional.empty();
        }
    }
}

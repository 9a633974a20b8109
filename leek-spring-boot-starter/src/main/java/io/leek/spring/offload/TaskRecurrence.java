package io.leek.spring.offload;

import io.leek.LeekTask;
import io.leek.spring.offload.RegisteredTask.TaskOptions;
import io.leek.task.CatchUp;
import io.leek.task.RecurringTask;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.support.CronExpression;
import tools.jackson.databind.node.ObjectNode;

/** When a {@link LeekTask} is queued by itself: by a cron expression or after a delay. */
record TaskRecurrence(
        @Nullable String cron,
        @Nullable String zone,
        @Nullable Duration delay,
        CatchUp catchUp) {

    /**
     * What an annotation says; null where it says nothing, or that it is switched off.
     *
     * @throws IllegalArgumentException where it can't be read
     */
    static @Nullable TaskRecurrence of(LeekTask task, UnaryOperator<@Nullable String> placeholders) {
        String cron = resolved(task.cron(), placeholders);
        String delay = resolved(task.fixedDelay(), placeholders);
        String zone = resolved(task.zone(), placeholders);
        if (!cron.isEmpty() && !delay.isEmpty()) {
            throw new IllegalArgumentException("it has cron and fixedDelay, but only one of them can be");
        }
        if (cron.equals(Scheduled.CRON_DISABLED) || delay.equals(Scheduled.CRON_DISABLED)) {
            return null;
        }
        if (!cron.isEmpty()) {
            return new TaskRecurrence(checked(cron), zone(zone), null, task.catchUp());
        }
        Duration after = TaskRetry.duration("fixedDelay", delay, placeholders);
        if (after != null && after.toMillis() < 1) {
            throw new IllegalArgumentException("fixedDelay must be at least 1ms, but was '" + delay + "'");
        }
        return after == null ? null : new TaskRecurrence(null, null, after, task.catchUp());
    }

    private static String resolved(String text, UnaryOperator<@Nullable String> placeholders) {
        String resolved = placeholders.apply(text);
        return resolved == null ? "" : resolved.strip();
    }

    private static String checked(String cron) {
        try {
            CronExpression.parse(cron);
            return cron;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cron '" + cron + "': " + e.getMessage(), e);
        }
    }

    /** Said always: the server's own zone may be another. */
    private static String zone(String zone) {
        try {
            return (zone.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(zone)).getId();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("there is no time zone '" + zone + "'", e);
        }
    }

    /** @param task what to push each time */
    RecurringTask declaration(ObjectNode task, TaskOptions options) {
        return new RecurringTask(
                options.name(),
                cron,
                zone,
                delay == null ? null : delay.toMillis(),
                catchUp,
                task,
                options.aliases().isEmpty() ? null : options.aliases());
    }
}

package io.leek.task;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A task that is queued again and again; it has either a cron expression or a delay.
 *
 * @param name that of the task
 * @param cron with six fields, as Spring's {@code CronExpression} has it
 * @param zone by whose clock the expression is read, a {@link java.time.ZoneId}
 * @param delayMs from the end of a run to the next, in milliseconds
 * @param task what to push each time, without id and time
 * @param aliases names that it had before, each of which it takes the place of; null for none
 */
public record RecurringTask(
        String name,
        @Nullable String cron,
        @Nullable String zone,
        @Nullable Long delayMs,
        CatchUp catchUp,
        ObjectNode task,
        @Nullable List<String> aliases) {

    /** One that never had another name. */
    public RecurringTask(
            String name,
            @Nullable String cron,
            @Nullable String zone,
            @Nullable Long delayMs,
            CatchUp catchUp,
            ObjectNode task) {
        this(name, cron, zone, delayMs, catchUp, task, null);
    }

    /** As {@link #aliases()}, empty for none. */
    public List<String> formerNames() {
        return aliases == null ? List.of() : aliases;
    }
}

package io.leek.server;

import io.leek.server.dispatch.QueueRules;
import io.leek.server.store.RateLimit;
import io.leek.task.TaskRecord;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of single queues, in-app and companion alike.
 *
 * @param queues Settings of single queues, by name. A queue needs none; rate-limit is the number of its tasks that may be
 *     handed out in a second, minute or hour, as 100/s, 10/m or 1000/h.
 */
@ConfigurationProperties("leek")
public record QueuesProperties(@DefaultValue Map<String, Queue> queues) {

    /**
     * @param rateLimit Number of tasks that may be handed out in a second, minute or hour, as 100/s, 10/m or 1000/h.
     */
    public record Queue(@Nullable String rateLimit) {}

    /** @throws IllegalArgumentException for what is no queue's name, or no rate */
    public QueuesProperties {
        queues = Map.copyOf(queues);
        rules(queues);
    }

    Map<String, QueueRules> rules() {
        return rules(queues);
    }

    private static Map<String, QueueRules> rules(Map<String, Queue> queues) {
        Map<String, QueueRules> rules = new TreeMap<>();
        queues.forEach((name, queue) -> {
            if (!TaskRecord.isQueueName(name)) {
                throw new IllegalArgumentException(
                        "leek.queues takes names of queues, 1 to 100 letters, digits, '.', '_'"
                                + " or '-' (those with a dot as leek.queues[a.b]), but found '" + name + "'");
            }
            rules.put(name, new QueueRules(rate(name, queue.rateLimit())));
        });
        return rules;
    }

    private static @Nullable RateLimit rate(String queue, @Nullable String text) {
        try {
            return text == null || text.isBlank() ? null : RateLimit.parse(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("leek.queues." + queue + ".rate-limit " + e.getMessage());
        }
    }
}

package io.leek.task;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pushed record, checked: the job of the Faktory Work Protocol, with Leek's options in {@code custom.leek}.
 *
 * @param jid at least 8, at most 64 characters
 * @param name the job type
 * @param args positional arguments
 * @param at the earliest time to run; null means now
 * @param reserveFor how long a worker may hold it, one minute to one day
 * @param retry retries after the first attempt, and the delays before them; none fails at once
 * @param backtrace stack trace lines to keep
 * @param key the caller's own identifier, and for how long it counts
 * @param mutex what it must have a place in to run
 * @param text the whole record, as it came
 */
public record TaskRecord(
        String jid,
        String name,
        ArrayNode args,
        String queue,
        int priority,
        @Nullable Instant at,
        Duration reserveFor,
        RetryRule retry,
        int backtrace,
        @Nullable TaskKey key,
        @Nullable Mutex mutex,
        String text) {

    public static final String DEFAULT_QUEUE = "default";
    public static final int DEFAULT_PRIORITY = 5;

    private static final int DEFAULT_RETRY = 25;
    private static final Pattern QUEUE = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    /** Whether a text can be a queue's name. */
    public static boolean isQueueName(String text) {
        return QUEUE.matcher(text).matches();
    }

    /** Reads and checks a record. */
    public static TaskRecord parse(String text) throws InvalidTaskException {
        JsonNode node;
        try {
            node = TaskJson.MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw new InvalidTaskException("invalid JSON: " + e.getOriginalMessage());
        }
        if (!(node instanceof ObjectNode json)) {
            throw new InvalidTaskException("invalid JSON: a job must be an object");
        }
        return of(json, text);
    }

    /** Checks a record that has been made. */
    public static TaskRecord of(ObjectNode json) throws InvalidTaskException {
        return of(json, json.toString());
    }

    /**
     * Checks a record that has been read.
     *
     * @param text from which it was read
     */
    public static TaskRecord of(ObjectNode json, String text) throws InvalidTaskException {
        String jid = textOr(json.get("jid"), "");
        if (jid.length() < 8 || jid.length() > 64) {
            throw new InvalidTaskException("jobs must have a reasonable jid parameter");
        }
        String name = textOr(json.get("jobtype"), "");
        if (name.isEmpty()) {
            throw new InvalidTaskException("jobs must have a jobtype parameter");
        }
        if (name.length() > 255) {
            throw new InvalidTaskException("jobtype must be at most 255 characters, but has " + name.length());
        }
        if (!(json.get("args") instanceof ArrayNode args)) {
            throw new InvalidTaskException("jobs must have an args parameter");
        }
        String queue = text(json, "queue");
        if (queue.isEmpty()) {
            queue = DEFAULT_QUEUE;
        } else if (!isQueueName(queue)) {
            throw new InvalidTaskException(
                    "queue must be 1 to 100 letters, digits, '.', '_' or '-', but was '" + queue + "'");
        }
        JsonNode leek = json.path("custom").path("leek");
        return new TaskRecord(
                jid,
                name,
                args,
                queue,
                priority(json),
                at(json),
                reserveFor(json),
                new RetryRule(number(json, "retry", DEFAULT_RETRY), RetryBackoff.of(leek.path("retry"))),
                number(json, "backtrace", 0),
                TaskKey.read(leek),
                Mutex.read(leek.path("mutex")),
                text);
    }

    private static int priority(ObjectNode json) throws InvalidTaskException {
        int priority = number(json, "priority", DEFAULT_PRIORITY);
        if (priority == 0) {
            return DEFAULT_PRIORITY;
        }
        if (priority < 1 || priority > 9) {
            throw new InvalidTaskException("priority must be 1 to 9, but was " + priority);
        }
        return priority;
    }

    private static @Nullable Instant at(ObjectNode json) throws InvalidTaskException {
        String at = text(json, "at");
        if (at.isEmpty()) {
            return null;
        }
        try {
            OffsetDateTime time = OffsetDateTime.parse(at);
            // RFC 3339 has years of four digits, and databases differ about longer ones.
            if (time.getYear() < 0 || time.getYear() > 9999) {
                throw new DateTimeException("the year " + time.getYear());
            }
            return time.toInstant();
        } catch (DateTimeException e) {
            throw new InvalidTaskException("invalid timestamp for 'at': " + at);
        }
    }

    private static Duration reserveFor(ObjectNode json) throws InvalidTaskException {
        int seconds = number(json, "reserve_for", 0);
        if (seconds > 86_400) {
            throw new InvalidTaskException("jobs cannot be reserved for more than one day");
        }
        return Duration.ofSeconds(seconds <= 0 ? 1800 : Math.max(seconds, 60));
    }

    /** The text of an optional field, empty where there is none. */
    static String text(JsonNode json, String field) throws InvalidTaskException {
        JsonNode value = json.path(field);
        if (!value.isString() && !value.isNull() && !value.isMissingNode()) {
            throw new InvalidTaskException(field + " must be a string, but was " + value);
        }
        return textOr(value, "");
    }

    private static String textOr(@Nullable JsonNode value, String otherwise) {
        return value != null && value.isString() ? value.stringValue() : otherwise;
    }

    private static int number(ObjectNode json, String field, int byDefault) throws InvalidTaskException {
        JsonNode value = json.get(field);
        if (value == null || value.isNull()) {
            return byDefault;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new InvalidTaskException(field + " must be a whole number, but was " + value);
        }
        return value.intValue();
    }
}

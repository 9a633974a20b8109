package io.leek.task;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The caller's own identifier of a task, and for how long no other task may have it. */
public sealed interface TaskKey {

    /** At most 255 characters. */
    String text();

    /** Until the task has finished. */
    record WhileUnfinished(String text) implements TaskKey {

        /** @throws IllegalArgumentException for a text that is too long */
        public WhileUnfinished {
            requireShort(text);
        }
    }

    /** Until the task is handed out for its first run. */
    record WhileQueued(String text) implements TaskKey {

        /** @throws IllegalArgumentException for a text that is too long */
        public WhileQueued {
            requireShort(text);
        }
    }

    /**
     * Until the task has finished, and no shorter than for a time.
     *
     * @param time from when the server took the task, 1 ms to 365 days; kept to the millisecond
     */
    record AtLeast(String text, Duration time) implements TaskKey {

        /** @throws IllegalArgumentException for a text that is too long, and a time out of bounds */
        public AtLeast {
            requireShort(text);
            if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(RetryDecision.LONGEST) > 0) {
                throw new IllegalArgumentException("the time of a key must be 1ms to 365d, but was " + time);
            }
            time = time.truncatedTo(ChronoUnit.MILLIS);
        }
    }

    private static void requireShort(String text) {
        int longest = 255;
        if (text.length() > longest) {
            throw new IllegalArgumentException(
                    "key must be at most " + longest + " characters, but has " + text.length());
        }
    }

    /** Reads the fields of a record; null where it has no key. */
    static @Nullable TaskKey read(JsonNode leek) throws InvalidTaskException {
        String text = TaskRecord.text(leek, "key");
        String counts = TaskRecord.text(leek, "key_while");
        JsonNode time = leek.path("key_for_ms");
        boolean hasTime = !time.isMissingNode() && !time.isNull();
        if (!counts.isEmpty() && !counts.equals("unfinished") && !counts.equals("queued")) {
            throw new InvalidTaskException("key_while must be 'unfinished' or 'queued', but was '" + counts + "'");
        }
        if (hasTime && !(time.isIntegralNumber() && time.canConvertToLong())) {
            throw new InvalidTaskException("key_for_ms must be a whole number of milliseconds, but was " + time);
        }
        if (text.isEmpty() && (hasTime || !counts.isEmpty())) {
            throw new InvalidTaskException("key_while and key_for_ms say how long a key counts, but there is no key");
        }
        if (hasTime && counts.equals("queued")) {
            throw new InvalidTaskException("key_while 'queued' and key_for_ms exclude each other, but both were given");
        }
        try {
            if (hasTime) {
                return new AtLeast(text, Duration.ofMillis(time.longValue()));
            }
            return text.isEmpty() ? null : counts.equals("queued") ? new WhileQueued(text) : new WhileUnfinished(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidTaskException(String.valueOf(e.getMessage()));
        }
    }

    /** Writes it into the fields of a record, in the place of what they say. */
    default void write(ObjectNode leek) {
        leek.remove("key_while");
        leek.remove("key_for_ms");
        leek.put("key", text());
        if (this instanceof WhileQueued) {
            leek.put("key_while", "queued");
        } else if (this instanceof AtLeast timed) {
            leek.put("key_for_ms", timed.time().toMillis());
        }
    }
}

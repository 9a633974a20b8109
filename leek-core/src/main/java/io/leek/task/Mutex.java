package io.leek.task;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a task must have a place in before it runs: of all tasks that name it, at most {@code limit} run at once.
 *
 * @param name 1 to 255 characters
 * @param limit places, 1 to 1000
 * @param ordered whether a task that waits for its retry keeps its place, so that no later one overtakes it; only with one place
 */
public record Mutex(String name, int limit, boolean ordered) {

    private static final int MAX_NAME = 255;
    private static final int MAX_LIMIT = 1_000;

    /** @throws IllegalArgumentException for a name or a limit out of bounds, and for an ordered one of several places */
    public Mutex {
        if (name.isBlank()) {
            throw new IllegalArgumentException("mutex must not be blank");
        }
        if (name.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "mutex must be at most " + MAX_NAME + " characters, but has " + name.length());
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("mutex limit must be 1 to " + MAX_LIMIT + ", but was " + limit);
        }
        if (ordered && limit > 1) {
            throw new IllegalArgumentException(
                    "an ordered mutex must have limit 1, since tasks that run side by side have no order, but was "
                            + limit);
        }
    }

    /** Reads the field of a record; null where there is none. */
    static @Nullable Mutex read(JsonNode node) throws InvalidTaskException {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        JsonNode name = node.path("name");
        JsonNode limit = node.path("limit");
        JsonNode ordered = node.path("ordered");
        if (!name.isString()
                || !limit.isMissingNode() && !(limit.isIntegralNumber() && limit.canConvertToInt())
                || !ordered.isMissingNode() && !ordered.isBoolean()) {
            throw new InvalidTaskException("mutex must be an object with a name and perhaps a limit and ordered, as in"
                    + " {\"name\":\"customer:7\",\"limit\":3,\"ordered\":false}, but was " + node);
        }
        try {
            return new Mutex(name.stringValue(), limit.asInt(1), ordered.asBoolean(false));
        } catch (IllegalArgumentException e) {
            throw new InvalidTaskException(String.valueOf(e.getMessage()));
        }
    }

    /** Writes it into the field of a record. */
    public void write(ObjectNode leek) {
        ObjectNode mutex = leek.putObject("mutex").put("name", name);
        if (limit > 1) {
            mutex.put("limit", limit);
        }
        if (ordered) {
            mutex.put("ordered", true);
        }
    }
}

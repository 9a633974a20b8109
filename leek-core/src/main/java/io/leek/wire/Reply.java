package io.leek.wire;

import io.leek.task.TaskJson;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What a server answers a command with. */
public sealed interface Reply {

    Reply OK = new Text("OK");
    Reply NIL = new Nil();

    /** A short line that starts with {@code +}. */
    record Text(String text) implements Reply {}

    /**
     * A short line that starts with {@code -}.
     *
     * @param code {@code ERR} for a fault, any other word for a known condition
     */
    record Failure(String code, String message) implements Reply {

        /** The code for a store that could not be asked or did not answer: the same request may do later. */
        public static final String UNAVAILABLE = "UNAVAILABLE";

        private static final int MAX_MESSAGE = 500;

        public Failure {
            message = message.replaceAll("\\p{Cntrl}+", " ");
            if (message.length() > MAX_MESSAGE) {
                message = message.substring(0, MAX_MESSAGE);
            }
        }
    }

    /** A JSON text of known length. */
    record Bulk(String json) implements Reply {}

    /**
     * Records of tasks. On a socket they are a {@link Bulk} with an array, and are read as one.
     *
     * @param chars of their JSON, about
     */
    record Tasks(List<ObjectNode> records, long chars) implements Reply {}

    /** Nothing: {@code $-1}. */
    record Nil() implements Reply {}

    static Reply error(String message) {
        return new Failure("ERR", message);
    }

    static Reply json(Object value) {
        return new Bulk(TaskJson.MAPPER.writeValueAsString(value));
    }
}

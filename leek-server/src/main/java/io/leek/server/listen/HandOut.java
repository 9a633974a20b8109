package io.leek.server.listen;

import io.leek.server.dispatch.Assignment;
import io.leek.server.store.QueuedTask;
import io.leek.task.TaskFailure;
import io.leek.task.TaskJson;
import io.leek.wire.Reply;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A task as a worker gets it: the record as it was pushed, with the server's fields, and the lease for Leek's own. */
final class HandOut {

    private static final Logger log = LoggerFactory.getLogger(HandOut.class);

    private HandOut() {}

    /** The answer to a FETCH. */
    static Reply one(List<Assignment> tasks) {
        return tasks.isEmpty() ? Reply.NIL : new Reply.Bulk(json(tasks.get(0)));
    }

    /** The answer to a LEEK FETCH. */
    static Reply all(List<Assignment> tasks) {
        return new Reply.Bulk(tasks.stream().map(HandOut::json).collect(Collectors.joining(",", "[", "]")));
    }

    private static String json(Assignment assignment) {
        QueuedTask row = assignment.row();
        ObjectNode task = record(row);
        completeHandWritten(task, row);
        task.put("enqueued_at", row.enqueuedAt().toString());
        if (!task.hasNonNull("created_at")) {
            task.put("created_at", row.enqueuedAt().toString());
        }
        TaskFailure failure = row.failure();
        if (failure != null) {
            task.set("failure", failure(row, failure, task.path("retry").asInt(25)));
        }
        ObjectNode custom = objectIn(task, "custom");
        ObjectNode leek = objectIn(custom, "leek");
        leek.put("lease", assignment.lease().token());
        leek.put("attempt", row.attempts());
        return task.toString();
    }

    /** A row written by plain SQL may hold no JSON at all; it must not stand in the way of the next. */
    private static ObjectNode record(QueuedTask row) {
        try {
            if (TaskJson.MAPPER.readTree(row.payload()) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            log.warn("Task {} ({}) has a payload that is no JSON; it is handed out without", row.jid(), row.name());
        }
        return TaskJson.MAPPER.createObjectNode();
    }

    private static ObjectNode objectIn(ObjectNode parent, String field) {
        return parent.get(field) instanceof ObjectNode object ? object : parent.putObject(field);
    }

    /** A row written by plain SQL may say in columns what a pushed record says in its JSON. */
    private static void completeHandWritten(ObjectNode task, QueuedTask row) {
        task.put("jid", row.jid());
        task.put("jobtype", row.name());
        if (!task.hasNonNull("queue")) {
            task.put("queue", row.queue());
        }
        if (!task.path("args").isArray()) {
            task.putArray("args");
        }
    }

    private static JsonNode failure(QueuedTask row, TaskFailure failure, int retry) {
        int failures = row.attempts() - row.crashes() - 1;
        return TaskJson.MAPPER.valueToTree(new Failure(
                failures,
                Math.max(0, retry - failures),
                row.dueAt(),
                failure.message(),
                failure.errtype(),
                failure.backtrace()));
    }

    private record Failure(
            int retryCount, int remaining, Instant nextAt, String message, String errtype, List<String> backtrace) {}
}

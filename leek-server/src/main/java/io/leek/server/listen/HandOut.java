package io.leek.server.listen;

import io.leek.server.dispatch.Assignment;
import io.leek.server.store.QueuedTask;
import io.leek.task.TaskFailure;
import io.leek.task.TaskJson;
import io.leek.wire.Reply;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A task as a worker gets it: the record as it was pushed, with the server's fields, and the lease for Leek's own. */
final class HandOut {

    private HandOut() {}

    /** The answer to a FETCH. */
    static Reply one(List<Assignment> tasks) {
        return tasks.isEmpty() ? Reply.NIL : new Reply.Bulk(json(tasks.get(0)).toString());
    }

    /** The answer to a LEEK FETCH. */
    static Reply all(List<Assignment> tasks) {
        long chars =
                tasks.stream().mapToLong(task -> task.row().payload().length()).sum();
        return new Reply.Tasks(tasks.stream().map(HandOut::json).toList(), chars);
    }

    private static ObjectNode json(Assignment assignment) {
        QueuedTask row = assignment.row();
        ObjectNode task = assignment.json();
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
        return task;
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

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

    static Reply reply(Assignment assignment) {
        QueuedTask row = assignment.row();
        JsonNode pushed = TaskJson.MAPPER.readTree(row.payload());
        ObjectNode task = pushed instanceof ObjectNode object ? object : TaskJson.MAPPER.createObjectNode();
        completeHandWritten(task, row);
        task.put("enqueued_at", row.enqueuedAt().toString());
        if (!task.hasNonNull("created_at")) {
            task.put("created_at", row.enqueuedAt().toString());
        }
        TaskFailure failure = row.failure();
        if (failure != null) {
            task.set("failure", failure(row, failure, task.path("retry").asInt(25)));
        }
        ObjectNode leek = task.withObject("/custom/leek", JsonNode.OverwriteMode.ALL, true);
        leek.put("lease", assignment.lease().token());
        leek.put("attempt", row.attempts());
        return new Reply.Bulk(task.toString());
    }

    /** A row written by plain SQL may say in columns what a pushed record says in its JSON. */
    private static void completeHandWritten(ObjectNode task, QueuedTask row) {
        if (!task.hasNonNull("jid")) {
            task.put("jid", row.jid());
        }
        if (!task.hasNonNull("jobtype")) {
            task.put("jobtype", row.name());
        }
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

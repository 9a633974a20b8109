package io.leek.server.dispatch;

import io.leek.server.store.Lease;
import io.leek.server.store.QueuedTask;
import io.leek.task.TaskJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * A task on its way to a worker, with the lease it runs under.
 *
 * @param json its record, read for this one use
 */
public record Assignment(QueuedTask row, Lease lease, ObjectNode json) {

    private static final Logger log = LoggerFactory.getLogger(Assignment.class);

    static Assignment of(QueuedTask row, Lease lease) {
        return new Assignment(row, lease, read(row));
    }

    /** A row written by plain SQL may hold no JSON at all; it must not stand in the way of the next. */
    private static ObjectNode read(QueuedTask row) {
        try {
            if (TaskJson.MAPPER.readTree(row.payload()) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            log.warn("Task {} ({}) has a payload that is no JSON; it is handed out without", row.jid(), row.name());
        }
        return TaskJson.MAPPER.createObjectNode();
    }
}

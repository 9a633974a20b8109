package io.leek.server.store;

import io.leek.task.TaskFailure;
import io.leek.task.TaskJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.core.JacksonException;

/** Reads whole rows of {@code queued_task}. */
final class QueuedRows {

    /** Of {@code queued_task q}. */
    static final String COLUMNS = "q.jid, q.seq, q.name, q.queue, q.priority, q.due_at, q.enqueued_at, q.payload,"
            + " q.attempts, q.crashes, q.unique_key, q.failure, q.mutex";

    /** Of {@code queued_task q} and its {@code lease l}, if it has one. */
    static final String WITH_LEASE = COLUMNS + ", l.token, l.started_at, l.lease_until, l.worker_id, l.server_id";

    private static final String LEASED = "SELECT " + WITH_LEASE
            + " FROM leek.lease l JOIN leek.queued_task q ON q.seq = l.seq ORDER BY l.lease_until, q.jid";

    private static final String COUNT = "SELECT COUNT(*) FROM leek.queued_task";

    private final JdbcTemplate jdbc;
    private final String leased;
    private final String count;

    QueuedRows(JdbcTemplate jdbc, Schema schema) {
        this.jdbc = jdbc;
        this.leased = schema.in(LEASED);
        this.count = schema.in(COUNT);
    }

    List<QueuedTask> leased() {
        return jdbc.query(leased, QueuedRows::withLease);
    }

    long count() {
        return Objects.requireNonNull(jdbc.queryForObject(count, Long.class));
    }

    static QueuedTask row(ResultSet row, int number) throws SQLException {
        return new QueuedTask(
                row.getString(1),
                row.getLong(2),
                row.getString(3),
                row.getString(4),
                row.getInt(5),
                time(row, 6),
                time(row, 7),
                row.getString(8),
                row.getInt(9),
                row.getInt(10),
                null,
                row.getString(11),
                row.getString(13),
                failure(row.getString(12)));
    }

    static QueuedTask withLease(ResultSet row, int number) throws SQLException {
        QueuedTask task = row(row, number);
        String token = row.getString(14);
        return token == null
                ? task
                : task.leased(new Lease(token, time(row, 15), time(row, 16), row.getString(17), row.getString(18)));
    }

    static Instant time(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** Null also for a text that is none, as a row written by hand may have it. */
    static @Nullable TaskFailure failure(@Nullable String json) {
        try {
            return json == null ? null : TaskJson.MAPPER.readValue(json, TaskFailure.class);
        } catch (JacksonException e) {
            return null;
        }
    }
}

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

/** Reads whole rows of {@code queued_task}. */
final class QueuedRows {

    static final String COLUMNS = "jid, seq, name, queue, priority, due_at, enqueued_at, payload, attempts, crashes,"
            + " lease, started_at, lease_until, worker_id, server_id, unique_key, failure";

    private static final String LEASED =
            "SELECT " + COLUMNS + " FROM leek.queued_task WHERE lease IS NOT NULL ORDER BY lease_until, jid";

    private static final String COUNT = "SELECT COUNT(*) FROM leek.queued_task";

    private final JdbcTemplate jdbc;
    private final String leased;
    private final String count;

    QueuedRows(JdbcTemplate jdbc, Schema schema) {
        this.jdbc = jdbc;
        this.leased = schema.in(LEASED);
        this.count = schema.in(COUNT);
    }

    /** The columns of a table that the statement calls by another name. */
    static String columns(String table) {
        return table + "." + COLUMNS.replace(", ", ", " + table + ".");
    }

    List<QueuedTask> leased() {
        return jdbc.query(leased, QueuedRows::row);
    }

    long count() {
        return Objects.requireNonNull(jdbc.queryForObject(count, Long.class));
    }

    static QueuedTask row(ResultSet row, int number) throws SQLException {
        return new QueuedTask(
                row.getString("jid"),
                row.getLong("seq"),
                row.getString("name"),
                row.getString("queue"),
                row.getInt("priority"),
                time(row, "due_at"),
                time(row, "enqueued_at"),
                row.getString("payload"),
                row.getInt("attempts"),
                row.getInt("crashes"),
                lease(row),
                row.getString("unique_key"),
                failure(row.getString("failure")));
    }

    private static @Nullable Lease lease(ResultSet row) throws SQLException {
        String token = row.getString("lease");
        return token == null
                ? null
                : new Lease(
                        token,
                        time(row, "started_at"),
                        time(row, "lease_until"),
                        row.getString("worker_id"),
                        row.getString("server_id"));
    }

    static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable TaskFailure failure(@Nullable String json) {
        return json == null ? null : TaskJson.MAPPER.readValue(json, TaskFailure.class);
    }
}

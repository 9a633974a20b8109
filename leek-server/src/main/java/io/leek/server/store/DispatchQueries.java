package io.leek.server.store;

import io.leek.server.store.TaskStore.Claimable;
import io.leek.server.store.TaskStore.Later;
import io.leek.server.store.TaskStore.QueueSize;
import io.leek.server.store.TaskStore.Waiting;
import io.leek.task.FailureReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the dispatcher asks: plain SQL, for it asks often and wants few columns. */
final class DispatchQueries {

    private static final String CLAIMABLE = """
            SELECT jid, name, queue, priority, seq, crashes, OCTET_LENGTH(payload) AS size FROM leek.queued_task
            WHERE queue = ? AND lease IS NULL AND due_at <= ?%s
            ORDER BY queue, priority DESC, seq LIMIT ?
            """;

    private static final String NAMED = " AND name = ANY(?)";

    private static final String NEXT_DUE =
            "SELECT MIN(due_at) AS due_at FROM leek.queued_task WHERE lease IS NULL AND due_at > ?";

    private static final String WAITING = """
            SELECT queue, name, MIN(due_at) AS due_at, COUNT(*) AS waiting FROM leek.queued_task
            WHERE lease IS NULL AND due_at <= ? GROUP BY queue, name ORDER BY queue, name
            """;

    private static final String PARKED = """
            SELECT jid FROM leek.failed_task WHERE reason = ? AND name = ANY(?) ORDER BY finished_at, jid LIMIT ?
            """;

    private static final String FAILED_BEFORE = "SELECT jid FROM leek.failed_task WHERE finished_at <= ?";

    private static final String QUEUE_SIZES = """
            SELECT queue, COUNT(*) AS waiting FROM leek.queued_task WHERE lease IS NULL AND due_at <= ?
            GROUP BY queue ORDER BY queue
            """;

    private static final String LATER = """
            SELECT COUNT(*) - COUNT(failure) AS scheduled, COUNT(failure) AS retrying FROM leek.queued_task
            WHERE lease IS NULL AND due_at > ?
            """;

    private final JdbcTemplate jdbc;
    private final Schema schema;

    DispatchQueries(JdbcTemplate jdbc, Schema schema) {
        this.jdbc = jdbc;
        this.schema = schema;
    }

    List<Claimable> claimable(String queue, @Nullable Set<String> names, Instant now, int limit) {
        List<Object> parameters = new ArrayList<>(List.of(queue, time(now)));
        if (names != null) {
            parameters.add(names.toArray(String[]::new));
        }
        parameters.add(limit);
        String sql = CLAIMABLE.formatted(names == null ? "" : NAMED);
        return jdbc.query(schema.in(sql), DispatchQueries::claimable, parameters.toArray());
    }

    private static Claimable claimable(ResultSet row, int number) throws SQLException {
        return new Claimable(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getInt(4),
                row.getLong(5),
                row.getInt(6),
                row.getLong(7));
    }

    Optional<Instant> nextDue(Instant after) {
        return jdbc
                .query(schema.in(NEXT_DUE), (row, number) -> row.getObject("due_at", OffsetDateTime.class), time(after))
                .stream()
                .filter(Objects::nonNull)
                .map(OffsetDateTime::toInstant)
                .findFirst();
    }

    List<Waiting> waiting(Instant dueBefore) {
        return jdbc.query(
                schema.in(WAITING),
                (row, number) -> new Waiting(
                        row.getString("queue"),
                        row.getString("name"),
                        QueuedRows.time(row, "due_at"),
                        row.getLong("waiting")),
                time(dueBefore));
    }

    List<String> parked(FailureReason reason, Set<String> names, int limit) {
        Object array = names.toArray(String[]::new);
        return jdbc.queryForList(schema.in(PARKED), String.class, reason.text(), array, limit);
    }

    List<String> failedBefore(Instant finishedAtMost, @Nullable String queue, @Nullable String name, int limit) {
        StringBuilder sql = new StringBuilder(FAILED_BEFORE);
        List<Object> parameters = new ArrayList<>(List.of(time(finishedAtMost)));
        if (queue != null) {
            sql.append(" AND queue = ?");
            parameters.add(queue);
        }
        if (name != null) {
            sql.append(" AND name = ?");
            parameters.add(name);
        }
        sql.append(" ORDER BY finished_at DESC, jid DESC LIMIT ?");
        parameters.add(limit);
        return jdbc.queryForList(schema.in(sql.toString()), String.class, parameters.toArray());
    }

    List<QueueSize> queueSizes(Instant now) {
        return jdbc.query(
                schema.in(QUEUE_SIZES),
                (row, number) -> new QueueSize(row.getString("queue"), row.getLong("waiting")),
                time(now));
    }

    Later later(Instant now) {
        return Objects.requireNonNull(jdbc.queryForObject(
                schema.in(LATER),
                (row, number) -> new Later(row.getLong("scheduled"), row.getLong("retrying")),
                time(now)));
    }

    private static Object time(Instant instant) {
        return Parameters.stored(instant).atOffset(ZoneOffset.UTC);
    }
}

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

    /**
     * Of {@code queued_task q}. The record of a row is looked into only where that has a key, and is not long: a long one
     * counts as one to be run at once, for it had better not be fetched ahead.
     */
    static final String COLUMNS =
            "q.jid, q.name, q.queue, q.priority, q.seq, q.crashes, OCTET_LENGTH(q.payload) AS size, q.mutex,"
                    + " CASE WHEN q.unique_key IS NULL THEN FALSE WHEN OCTET_LENGTH(q.payload) > 10000 THEN TRUE ELSE q.payload LIKE '%\"key_while\"%' END AS at_once";

    static final String CLAIMABLE = "SELECT " + COLUMNS + """

            FROM leek.queued_task q
            WHERE q.queue = ? AND q.waits_for IS NULL AND (q.due_at <= ? OR q.due_at <= q.enqueued_at) AND
            """ + Leases.NO_LEASE;

    private static final String NAMED = " AND q.name = ANY(?)";
    private static final String SAME_PRIORITY = " AND q.priority = ? AND q.seq > ?";
    private static final String LOWER_PRIORITY = " AND q.priority < ?";

    private static final String UNLEASED = "FROM leek.queued_task q WHERE " + Leases.NO_LEASE;

    /** The last condition is that of the index. */
    private static final String NEXT_DUE =
            "SELECT MIN(q.due_at) " + UNLEASED + " AND q.due_at > ? AND q.due_at > q.enqueued_at";

    private static final String WAITING = "SELECT q.queue, q.name, MIN(q.due_at), COUNT(*) " + UNLEASED
            + " AND q.waits_for IS NULL AND q.due_at <= ? GROUP BY q.queue, q.name ORDER BY q.queue, q.name";

    private static final String PARKED = """
            SELECT jid FROM leek.failed_task WHERE reason = ? AND name = ANY(?) ORDER BY finished_at, jid LIMIT ?
            """;

    private static final String FAILED_BEFORE = "SELECT jid FROM leek.failed_task WHERE finished_at <= ?";

    private static final String QUEUE_SIZES = "SELECT q.queue, COUNT(*), MIN(q.due_at) " + UNLEASED
            + " AND q.due_at <= ? GROUP BY q.queue ORDER BY q.queue";

    private static final String LATER = "SELECT COUNT(*) - COUNT(q.failure), COUNT(q.failure) " + UNLEASED
            + " AND q.due_at > ? AND q.due_at > q.enqueued_at";

    private final JdbcTemplate jdbc;
    private final Schema schema;
    private final String inOrder;
    private final IndexTransaction transaction;

    DispatchQueries(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        schema = database.schema();
        inOrder = inOrder(database.dialect());
        transaction = new IndexTransaction(jdbc, database);
    }

    /** The order of the index, which on H2 can't be one of those rows alone that wait for no mutex. */
    static String inOrder(Dialect dialect) {
        return " ORDER BY q.queue," + (dialect == Dialect.H2 ? " q.waits_for," : "")
                + " q.priority DESC, q.seq LIMIT ?";
    }

    List<Claimable> claimable(
            String queue, @Nullable Set<String> names, Instant now, @Nullable Claimable after, int limit) {
        List<Object> parameters = new ArrayList<>(List.of(queue, time(now)));
        String sql = CLAIMABLE;
        if (names != null) {
            sql += NAMED;
            parameters.add(names.toArray(String[]::new));
        }
        return after == null ? page(sql, parameters, limit) : pageAfter(after, sql, parameters, limit);
    }

    /** In two steps, each of which begins in the middle of the index. */
    private List<Claimable> pageAfter(Claimable after, String sql, List<Object> parameters, int limit) {
        List<Object> same = new ArrayList<>(parameters);
        same.addAll(List.of(after.priority(), after.seq()));
        List<Claimable> page = new ArrayList<>(page(sql + SAME_PRIORITY, same, limit));
        if (page.size() < limit) {
            List<Object> lower = new ArrayList<>(parameters);
            lower.add(after.priority());
            page.addAll(page(sql + LOWER_PRIORITY, lower, limit - page.size()));
        }
        return page;
    }

    private List<Claimable> page(String sql, List<Object> parameters, int limit) {
        List<Object> all = new ArrayList<>(parameters);
        all.add(limit);
        return transaction.read(
                status -> jdbc.query(schema.in(sql + inOrder), DispatchQueries::claimable, all.toArray()));
    }

    static Claimable claimable(ResultSet row, int number) throws SQLException {
        return new Claimable(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getInt(4),
                row.getLong(5),
                row.getInt(6),
                row.getLong(7),
                row.getString(8),
                row.getBoolean(9));
    }

    Optional<Instant> nextDue(Instant after) {
        return transaction
                .read(status -> jdbc.query(
                        schema.in(NEXT_DUE), (row, number) -> row.getObject(1, OffsetDateTime.class), time(after)))
                .stream()
                .filter(Objects::nonNull)
                .map(OffsetDateTime::toInstant)
                .findFirst();
    }

    List<Waiting> waiting(Instant dueBefore) {
        return jdbc.query(
                schema.in(WAITING),
                (row, number) ->
                        new Waiting(row.getString(1), row.getString(2), QueuedRows.time(row, 3), row.getLong(4)),
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
                (row, number) -> new QueueSize(row.getString(1), row.getLong(2), QueuedRows.time(row, 3)),
                time(now));
    }

    Later later(Instant now) {
        return Objects.requireNonNull(jdbc.queryForObject(
                schema.in(LATER), (row, number) -> new Later(row.getLong(1), row.getLong(2)), time(now)));
    }

    private static Object time(Instant instant) {
        return Parameters.stored(instant).atOffset(ZoneOffset.UTC);
    }
}

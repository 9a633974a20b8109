package io.leek.server.store;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads which tasks are to end once their runs do, and forgets those that have. Not synced: it is done again. */
final class CancelledRows {

    private static final String MARKS = "SELECT COUNT(*) FROM leek.cancellation";

    private static final String FORGET = """
            DELETE FROM leek.cancellation
            WHERE NOT EXISTS (SELECT 1 FROM leek.queued_task q WHERE q.seq = cancellation.seq)
            """;

    private static final String QUEUED = "SELECT " + QueuedRows.WITH_LEASE + """
             FROM leek.cancellation c JOIN leek.queued_task q ON q.seq = c.seq LEFT JOIN leek.lease l ON l.seq = q.seq
            """;

    private final JdbcTemplate jdbc;
    private final IndexTransaction transaction;
    private final String marks;
    private final String forget;
    private final String queued;

    CancelledRows(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        Schema schema = database.schema();
        transaction = new IndexTransaction(jdbc, database, "");
        marks = schema.in(MARKS);
        forget = schema.in(FORGET);
        queued = schema.in(QUEUED);
    }

    List<QueuedTask> queued() {
        Integer count = jdbc.queryForObject(marks, Integer.class);
        if (count == null || count == 0) {
            return List.of();
        }
        transaction.write(status -> jdbc.update(forget));
        return jdbc.query(queued, QueuedRows::withLease);
    }
}

package io.leek.server.store;

import io.leek.server.store.TaskStore.Swept;
import io.leek.task.FailedAttempt;
import io.leek.task.Task;
import io.leek.task.TaskFailure;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads attempts that failed, and deletes those, and reports, without a task. Not synced: it is done again. */
final class AttemptRows {

    private static final String LATEST = """
            SELECT number, started_at, failed_at, worker_id, reason, errtype, message, backtrace
            FROM leek.attempt WHERE jid = ? ORDER BY seq DESC, number DESC FETCH FIRST ? ROWS ONLY
            """;

    private static final String JIDS = """
            SELECT jid FROM (SELECT DISTINCT jid FROM leek.attempt WHERE jid > ? ORDER BY jid FETCH FIRST ? ROWS ONLY) a
            UNION
            SELECT jid FROM (SELECT jid FROM leek.report WHERE jid > ? ORDER BY jid FETCH FIRST ? ROWS ONLY) r
            ORDER BY jid FETCH FIRST ? ROWS ONLY
            """;

    /**
     * One statement, so that a task on its way from one table to another is seen in one of them. For the OFFSETs see {@link
     * Leases#NO_LEASE}.
     */
    private static final String SWEEP = """
            DELETE FROM leek.%1$s WHERE jid = ANY(?)
            AND NOT EXISTS (SELECT 1 FROM leek.queued_task t WHERE t.jid = %1$s.jid OFFSET 0 ROWS)
            AND NOT EXISTS (SELECT 1 FROM leek.success_task t WHERE t.jid = %1$s.jid OFFSET 0 ROWS)
            AND NOT EXISTS (SELECT 1 FROM leek.failed_task t WHERE t.jid = %1$s.jid OFFSET 0 ROWS)
            """;

    private final JdbcTemplate jdbc;
    private final IndexTransaction transaction;
    private final String latest;
    private final String jids;
    private final String sweep;
    private final String sweepReports;

    AttemptRows(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        Schema schema = database.schema();
        transaction = new IndexTransaction(jdbc, database);
        latest = schema.in(LATEST);
        jids = schema.in(JIDS);
        sweep = schema.in(SWEEP.formatted("attempt"));
        sweepReports = schema.in(SWEEP.formatted("report"));
    }

    Task withFailures(Task task) {
        List<FailedAttempt> failures =
                new ArrayList<>(jdbc.query(latest, AttemptRows::attempt, task.id(), FailedAttempt.KEPT));
        Collections.reverse(failures);
        return task.withFailures(failures);
    }

    Swept sweep(@Nullable String after, int tasks) {
        String from = after == null ? "" : after;
        List<String> page = jdbc.queryForList(jids, String.class, from, tasks, from, tasks, tasks);
        if (page.isEmpty()) {
            return new Swept(0, null);
        }
        Object all = page.toArray(String[]::new);
        int deleted = transaction.write(status -> jdbc.update(sweep, all) + jdbc.update(sweepReports, all));
        return new Swept(deleted, page.size() < tasks ? null : page.get(page.size() - 1));
    }

    private static FailedAttempt attempt(ResultSet row, int number) throws SQLException {
        TaskFailure failure = new TaskFailure(
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8).lines().toList());
        return new FailedAttempt(
                row.getInt(1), QueuedRows.time(row, 2), QueuedRows.time(row, 3), row.getString(4), failure);
    }
}

package io.leek.server.store;

import io.leek.server.store.TaskStore.Report;
import io.leek.task.Task;
import io.leek.task.TaskLog;
import io.leek.task.TaskProgress;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Keeps what runs tell of themselves. Not synced: a run that goes on tells it again, and no outcome depends on it. */
final class ReportRows {

    private static final String LOGS = "SELECT jid, log FROM leek.report WHERE jid = ANY(?)";

    private static final String UPDATE = """
            UPDATE leek.report
            SET done = COALESCE(CAST(? AS BIGINT), done), total = COALESCE(CAST(? AS BIGINT), total),
            message = CASE WHEN CAST(? AS BOOLEAN) THEN CAST(? AS VARCHAR) ELSE message END,
            told_at = COALESCE(CAST(? AS TIMESTAMP(6) WITH TIME ZONE), told_at), log = ?
            WHERE jid = ?
            """;

    private static final String INSERT = """
            INSERT INTO leek.report (done, total, message, told_at, log, jid)
            SELECT CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS VARCHAR),
            CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS TEXT), CAST(? AS VARCHAR)
            """;

    private static final String FIND = "SELECT done, total, message, told_at, log FROM leek.report WHERE jid = ?";

    private final JdbcTemplate jdbc;
    private final IndexTransaction transaction;
    private final String logs;
    private final String find;
    private final GuardedBatch<Report> update;
    private final GuardedBatch<Report> insert;

    ReportRows(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        transaction = new IndexTransaction(jdbc, database, "");
        Schema schema = database.schema();
        logs = schema.in(LOGS);
        find = schema.in(FIND);
        update = new GuardedBatch<>(jdbc, schema.in(UPDATE), (to, report) -> {
            TaskProgress progress = report.progress();
            to.number(progress == null ? null : progress.done())
                    .number(progress == null ? null : progress.of())
                    .text(String.valueOf(progress != null))
                    .text(progress == null ? null : clean(progress.message()))
                    .time(progress == null ? null : progress.updatedAt());
            logAndJid(to, report);
        });
        insert = new GuardedBatch<>(jdbc, schema.in(INSERT), (to, report) -> {
            TaskProgress progress = report.progress();
            to.number(progress == null ? null : progress.done())
                    .number(progress == null ? null : progress.of())
                    .text(progress == null ? null : clean(progress.message()))
                    .time(progress == null ? null : progress.updatedAt());
            logAndJid(to, report);
        });
    }

    void save(List<Report> reports) {
        transaction.write(status -> {
            Map<String, List<String>> before = new HashMap<>();
            Object jids = reports.stream().map(Report::jid).toArray(String[]::new);
            jdbc.query(
                    logs,
                    row -> {
                        before.put(row.getString(1), row.getString(2).lines().toList());
                    },
                    jids);
            List<Report> known = new ArrayList<>();
            List<Report> first = new ArrayList<>();
            for (Report report : reports) {
                List<String> log = before.getOrDefault(report.jid(), List.of());
                (before.containsKey(report.jid()) ? known : first)
                        .add(new Report(report.jid(), report.progress(), TaskLog.last(log, report.log())));
            }
            update.run(known);
            insert.runForAll(first);
            return first.size();
        });
    }

    Task withReport(Task task) {
        return jdbc
                .query(
                        find,
                        (row, number) -> {
                            TaskProgress progress = row.getObject(4) == null
                                    ? null
                                    : new TaskProgress(
                                            row.getLong(1), row.getLong(2), row.getString(3), QueuedRows.time(row, 4));
                            return task.withReport(
                                    progress, row.getString(5).lines().toList());
                        },
                        task.id())
                .stream()
                .findFirst()
                .orElse(task);
    }

    private static void logAndJid(Parameters to, Report report) throws SQLException {
        to.text(Parameters.clean(String.join("\n", report.log()))).text(report.jid());
    }

    private static @Nullable String clean(@Nullable String message) {
        return message == null ? null : Parameters.clean(message);
    }
}

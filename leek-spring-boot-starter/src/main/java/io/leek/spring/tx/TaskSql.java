package io.leek.spring.tx;

import io.leek.task.TaskKey;
import io.leek.task.TaskRecord;
import io.leek.wire.Command.Written;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** What an application's own transaction does with Leek's tables. */
final class TaskSql {

    /** H2 takes no longer text in an array. */
    private static final int MAX_TEXT = 500_000;

    private static final String COLUMNS = "jid, name, queue, priority, due_at, enqueued_at, payload";

    private static final String VALUES =
            " SELECT task.jid, task.name, task.queue, task.priority, COALESCE(GREATEST(task.due_at, :now), :now), :now,"
                    + " task.payload";

    private static final String INSERT_MANY = "INSERT INTO leek.queued_task (" + COLUMNS + ")" + VALUES + """
             FROM UNNEST(CAST(? AS VARCHAR ARRAY), CAST(? AS VARCHAR ARRAY), CAST(? AS VARCHAR ARRAY),
                         CAST(? AS BIGINT ARRAY), CAST(? AS TIMESTAMP(6) WITH TIME ZONE ARRAY),
                         CAST(? AS VARCHAR ARRAY)) AS task (jid, name, queue, priority, due_at, payload)
            """;

    private static final String INSERT_ONE =
            "INSERT INTO leek.queued_task (" + COLUMNS + ", unique_key, mutex)" + VALUES + """
            , task.unique_key, task.mutex
            FROM (VALUES (CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS BIGINT),
                          CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS TEXT), CAST(? AS VARCHAR),
                          CAST(? AS VARCHAR)))
              AS task (jid, name, queue, priority, due_at, payload, unique_key, mutex)
            """;

    private static final String KEPT = "jid, seq, name, queue, payload, enqueued_at, crashes";

    private static final String INTO_SUCCESS = "INSERT INTO leek.success_task (" + KEPT
            + ", attempts, started_at, worker_id, finished_at, result) SELECT ";

    private static final String MOVE =
            """
            WITH ended AS (
              DELETE FROM leek.lease WHERE token = ? AND seq = (SELECT seq FROM leek.queued_task WHERE jid = ?)
              RETURNING seq AS ended_seq, started_at AS begun_at, worker_id AS runner
            ), moved AS (
              DELETE FROM leek.queued_task USING ended WHERE seq = ended_seq RETURNING *
            )
            """ + INTO_SUCCESS + KEPT + ", attempts + 1, begun_at, runner, :now, CAST(? AS TEXT) FROM moved";

    private static final String COPY = INTO_SUCCESS + """
            q.jid, q.seq, q.name, q.queue, q.payload, q.enqueued_at, q.crashes, q.attempts + 1, l.started_at,
            l.worker_id, CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS TEXT)
            FROM leek.queued_task q JOIN leek.lease l ON l.seq = q.seq WHERE q.jid = ? AND l.token = ?
            """;

    private static final String DELETE_LEASE =
            "DELETE FROM leek.lease WHERE token = ? AND seq = (SELECT seq FROM leek.queued_task WHERE jid = ?)";

    private static final String DELETE = "DELETE FROM leek.queued_task WHERE jid = ?";

    private static final String UNLEASED =
            " WHERE jid = ANY(?) AND NOT EXISTS (SELECT 1 FROM leek.lease l WHERE l.seq = queued_task.seq)";

    private static final String WAITING = "SELECT payload FROM leek.queued_task" + UNLEASED + " ORDER BY seq";
    private static final String DELETE_WAITING = "DELETE FROM leek.queued_task" + UNLEASED;

    private final boolean isH2;
    private final String schema;
    private final KeySql keys;

    private TaskSql(boolean isH2, String schema) {
        this.isH2 = isH2;
        this.schema = schema;
        keys = new KeySql(isH2, this::in);
    }

    /** Empty for a database that can't keep tasks. */
    static Optional<TaskSql> of(String product, String schema) {
        return switch (product) {
            case "H2" -> Optional.of(new TaskSql(true, schema));
            case "PostgreSQL" -> Optional.of(new TaskSql(false, schema));
            default -> Optional.empty();
        };
    }

    /** Gives id and version of the tables. */
    String store() {
        return in("SELECT id, version FROM leek.store");
    }

    /** Stores tasks, none of which has a key, in their order. */
    List<Written> insert(JdbcTemplate jdbc, List<TaskRecord> tasks) {
        Map<String, Long> seqs = new HashMap<>();
        String[] payloads = payloads(tasks);
        if (payloads == null) {
            return tasks.stream()
                    .map(task -> insertOne(jdbc, task).orElseThrow())
                    .toList();
        }
        jdbc.query(connection -> many(connection, returning(INSERT_MANY), tasks, payloads), row -> {
            seqs.put(row.getString(1), row.getLong(2));
        });
        return tasks.stream()
                .map(task -> written(task, Objects.requireNonNull(seqs.get(task.jid()))))
                .toList();
    }

    /** The same where nobody asks for their places. */
    void insertUnnamed(JdbcTemplate jdbc, List<TaskRecord> tasks) {
        String[] payloads = payloads(tasks);
        if (payloads == null) {
            tasks.forEach(task -> insertOne(jdbc, task).orElseThrow());
        } else {
            jdbc.update(connection -> many(connection, in(INSERT_MANY), tasks, payloads));
        }
    }

    /** Null where one of them is too long for an array, or has a mutex, for which there is no column in it. */
    private static String @Nullable [] payloads(List<TaskRecord> tasks) {
        if (tasks.stream().anyMatch(task -> task.mutex() != null)) {
            return null;
        }
        String[] payloads = tasks.stream().map(TaskRecord::text).toArray(String[]::new);
        return Arrays.stream(payloads).anyMatch(payload -> payload.length() > MAX_TEXT) ? null : payloads;
    }

    /** Stores a task unless its key is taken, in which case there is nothing. */
    Optional<Written> insertOne(JdbcTemplate jdbc, TaskRecord task) {
        Optional<Written> row = insertUntimed(jdbc, task);
        if (row.isPresent() && task.key() instanceof TaskKey.AtLeast key && !keys.take(jdbc, key, task.jid())) {
            // Another transaction was quicker, and its task has finished since.
            jdbc.update(in(DELETE), task.jid());
            return Optional.empty();
        }
        return row;
    }

    private Optional<Written> insertUntimed(JdbcTemplate jdbc, TaskRecord task) {
        String insert = task.key() == null ? INSERT_ONE : INSERT_ONE + keys.ifFree();
        try {
            return jdbc
                    .query(
                            returning(insert),
                            (row, number) -> written(task, row.getLong(2)),
                            task.jid(),
                            task.name(),
                            task.queue(),
                            task.priority(),
                            time(task.at()),
                            task.text(),
                            task.key() == null ? null : task.key().text(),
                            task.mutex() == null ? null : task.mutex().name())
                    .stream()
                    .findAny();
        } catch (DuplicateKeyException e) {
            if (task.key() == null) {
                throw e;
            }
            // Only on H2, where another transaction has taken the key since this one looked.
            return Optional.empty();
        }
    }

    /** The task that has a key: a queued one, or one that has it for a time. */
    Optional<String> holder(JdbcTemplate jdbc, String key) {
        return keys.holder(jdbc, key);
    }

    /** The records of those of these tasks that nobody runs. */
    List<String> waiting(JdbcTemplate jdbc, String[] jids) {
        return jdbc.queryForList(in(WAITING), String.class, (Object) jids);
    }

    /** Deletes those of these tasks that nobody runs. */
    int delete(JdbcTemplate jdbc, String[] jids) {
        return jdbc.update(in(DELETE_WAITING), (Object) jids);
    }

    /** How many tasks are queued. */
    long queued(JdbcTemplate jdbc) {
        Long count = jdbc.queryForObject(in("SELECT count(*) FROM leek.queued_task"), Long.class);
        return count == null ? 0 : count;
    }

    /** Moves a task to success, if this lease is still on it. */
    boolean complete(JdbcTemplate jdbc, String jid, String lease, @Nullable String result) {
        if (!isH2) {
            return jdbc.update(in(MOVE), lease, jid, result) == 1;
        }
        // The database's own time stands still in a transaction.
        return jdbc.update(in(COPY), time(Instant.now()), result, jid, lease) == 1
                && jdbc.update(in(DELETE_LEASE), lease, jid) == 1
                && jdbc.update(in(DELETE), jid) == 1;
    }

    private static PreparedStatement many(
            Connection connection, String insert, List<TaskRecord> tasks, String[] payloads) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(insert);
        set(statement, 1, "text", tasks.stream().map(TaskRecord::jid).toArray(String[]::new));
        set(statement, 2, "text", tasks.stream().map(TaskRecord::name).toArray(String[]::new));
        set(statement, 3, "text", tasks.stream().map(TaskRecord::queue).toArray(String[]::new));
        set(
                statement,
                4,
                "bigint",
                tasks.stream().map(task -> (long) task.priority()).toArray(Long[]::new));
        set(
                statement,
                5,
                "timestamptz",
                tasks.stream().map(task -> time(task.at())).toArray(OffsetDateTime[]::new));
        set(statement, 6, "text", payloads);
        return statement;
    }

    private static void set(PreparedStatement statement, int index, String type, Object[] values) throws SQLException {
        statement.setArray(index, statement.getConnection().createArrayOf(type, values));
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant at) {
        return at == null ? null : at.atOffset(ZoneOffset.UTC);
    }

    private static Written written(TaskRecord task, long seq) {
        return new Written(task.jid(), seq, task.name(), task.queue(), task.priority());
    }

    private String returning(String insert) {
        return isH2 ? "SELECT jid, seq FROM FINAL TABLE (" + in(insert) + ")" : in(insert) + " RETURNING jid, seq";
    }

    private String in(String sql) {
        return sql.replace("leek.", schema + ".").replace(":now", isH2 ? "CURRENT_TIMESTAMP" : "statement_timestamp()");
    }
}

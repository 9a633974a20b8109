package io.leek.server.store;

import io.leek.server.store.ColumnBatch.Column;
import io.leek.server.store.Leases.End;
import io.leek.server.store.Leases.Ends;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** Moves of queued rows to the tables of finished ones: a copy, then a delete. */
final class Finishes {

    private static final String KEPT = "jid, seq, name, queue, payload, enqueued_at, crashes";

    private static final String INTO_SUCCESS = "INSERT INTO leek.success_task (" + KEPT
            + ", attempts, started_at, worker_id, finished_at, result) SELECT " + KEPT + ", attempts + 1, ";

    private static final String SUCCEED = INTO_SUCCESS + """
            CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS VARCHAR), CAST(? AS TIMESTAMP(6) WITH TIME ZONE),
            CAST(? AS TEXT) FROM leek.queued_task WHERE seq = ?
            """;

    /** A whole batch in one statement; H2 knows none that deletes and returns what it needs. */
    private static final String SUCCEED_MANY =
            """
            WITH ended AS (
              DELETE FROM leek.lease l USING :change JOIN leek.queued_task q ON q.jid = change.jid
              WHERE l.seq = q.seq AND l.token = COALESCE(change.token, l.token)
              RETURNING l.seq AS ended_seq, l.started_at AS begun_at, l.worker_id AS runner, change.finished_at,
                        change.result
            ), moved AS (
              DELETE FROM leek.queued_task USING ended WHERE seq = ended_seq RETURNING *
            )
            """ + INTO_SUCCESS + "begun_at, runner, finished_at, result FROM moved RETURNING jid";

    private static final String FAIL = "INSERT INTO leek.failed_task (" + KEPT + """
            , attempts, started_at, worker_id, finished_at, reason, errtype, message, backtrace)
            SELECT jid, seq, name, queue, payload, enqueued_at, crashes + CAST(? AS INTEGER), attempts + 1,
                   CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS VARCHAR), CAST(? AS TIMESTAMP(6) WITH TIME ZONE),
                   CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS TEXT)
            FROM leek.queued_task WHERE seq = ?
            """;

    private static final String PARK = "INSERT INTO leek.failed_task (" + KEPT
            + ", attempts, started_at, worker_id, finished_at, reason, errtype, message, backtrace) SELECT " + KEPT
            + """
            , attempts, started_at, worker_id, CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS VARCHAR),
                   CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS TEXT)
            FROM leek.queued_task WHERE jid = ?
            """;

    private static final String DELETE = "DELETE FROM leek.queued_task WHERE seq = ?";
    private static final String DELETE_BY_JID = "DELETE FROM leek.queued_task WHERE jid = ?";
    private static final String LOCK = "SELECT q.jid, q.seq FROM leek.queued_task q WHERE q.jid = ANY(?)";
    private static final String LEASED = "SELECT seq FROM leek.lease WHERE seq = ANY(?)";

    private final JdbcTemplate jdbc;
    private final Leases leases;
    private final boolean canMoveMany;
    private final ColumnBatch<Change.Succeed> succeedMany;
    private final GuardedBatch<End<Change.Succeed>> succeed;
    private final GuardedBatch<End<Change.Fail>> fail;
    private final GuardedBatch<Change.Park> park;
    private final GuardedBatch<Long> delete;
    private final GuardedBatch<Change.Park> deleteParked;
    private final String lock;
    private final String leased;

    Finishes(JdbcTemplate jdbc, Schema schema, Dialect dialect, Leases leases) {
        this.jdbc = jdbc;
        this.leases = leases;
        canMoveMany = dialect == Dialect.POSTGRESQL;
        succeedMany = new ColumnBatch<>(
                jdbc,
                schema.in(SUCCEED_MANY),
                List.of(
                        Column.text("jid", Change.Succeed::jid),
                        Column.text("token", Change.Succeed::token),
                        Column.time("finished_at", Change.Succeed::finishedAt),
                        Column.text("result", Change.Succeed::result)));
        succeed = new GuardedBatch<>(jdbc, schema.in(SUCCEED), (to, end) -> to.time(end.startedAt())
                .text(end.workerId())
                .time(end.change().finishedAt())
                .text(end.change().result())
                .number(end.seq()));
        fail = new GuardedBatch<>(
                jdbc, schema.in(FAIL), (to, end) -> to.number(end.change().isCrash() ? 1 : 0)
                        .time(end.startedAt())
                        .text(end.workerId())
                        .time(end.change().finishedAt())
                        .failure(end.change().failure())
                        .number(end.seq()));
        park = new GuardedBatch<>(jdbc, schema.in(PARK), (to, change) -> to.time(change.finishedAt())
                .failure(change.failure())
                .text(change.jid()));
        delete = new GuardedBatch<>(jdbc, schema.in(DELETE), (to, seq) -> to.number(seq));
        deleteParked = new GuardedBatch<>(jdbc, schema.in(DELETE_BY_JID), (to, change) -> to.text(change.jid()));
        lock = schema.in(LOCK) + dialect.lockRows("q");
        leased = schema.in(LEASED);
    }

    List<Outcome> succeed(List<Change.Succeed> changes) {
        if (canMoveMany && changes.stream().allMatch(Finishes::isShort)) {
            return succeedMany(changes);
        }
        Ends<Change.Succeed> ends = leases.end(changes);
        succeed.runForAll(ends.won());
        delete.runForAll(ends.won().stream().map(End::seq).toList());
        return ends.outcomes();
    }

    private static boolean isShort(Change.Succeed change) {
        return change.result() == null || change.result().length() <= ColumnBatch.MAX_TEXT;
    }

    private List<Outcome> succeedMany(List<Change.Succeed> changes) {
        Set<String> moved = new HashSet<>(succeedMany.run(changes, (row, number) -> row.getString(1)));
        return changes.stream()
                .<Outcome>map(change -> moved.contains(change.jid()) ? new Outcome.Done(null) : new Outcome.Lost())
                .toList();
    }

    List<Outcome> fail(List<Change.Fail> changes) {
        Ends<Change.Fail> ends = leases.end(changes);
        fail.runForAll(ends.won());
        delete.runForAll(ends.won().stream().map(End::seq).toList());
        return ends.outcomes();
    }

    List<Outcome> park(List<Change.Park> changes) {
        Set<String> unleased = lockUnleased(changes);
        List<Change.Park> won = changes.stream()
                .filter(change -> unleased.contains(change.jid()))
                .toList();
        park.runForAll(won);
        deleteParked.runForAll(won);
        return changes.stream()
                .<Outcome>map(change -> unleased.contains(change.jid()) ? new Outcome.Done(null) : new Outcome.Lost())
                .toList();
    }

    /** Nobody can give a lease on a row that is locked, so whether there is one is asked afterwards. */
    private Set<String> lockUnleased(List<Change.Park> changes) {
        Map<Long, String> locked = new HashMap<>();
        Object jids = changes.stream().map(Change.Park::jid).toArray(String[]::new);
        jdbc.query(
                lock,
                row -> {
                    locked.put(row.getLong(2), row.getString(1));
                },
                jids);
        Object seqs = locked.keySet().toArray(Long[]::new);
        jdbc.queryForList(leased, Long.class, seqs).forEach(locked::remove);
        return Set.copyOf(locked.values());
    }
}

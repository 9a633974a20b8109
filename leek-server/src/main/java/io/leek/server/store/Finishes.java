package io.leek.server.store;

import io.leek.server.store.AttemptLog.Failed;
import io.leek.server.store.ColumnBatch.Column;
import io.leek.server.store.Leases.End;
import io.leek.server.store.Leases.Ends;
import io.leek.server.store.Places.Placed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Moves of queued rows to the tables of finished ones: a copy, then a delete. */
final class Finishes {

    private static final String KEPT = "jid, seq, name, queue, payload, enqueued_at, crashes";

    private static final String INTO_SUCCESS = "INSERT INTO leek.success_task (" + KEPT
            + ", attempts, started_at, worker_id, finished_at, result) SELECT ";

    private static final String SUCCEED = INTO_SUCCESS + """
            q.jid, q.seq, q.name, q.queue, q.payload, q.enqueued_at, q.crashes, q.attempts + 1, l.started_at,
            l.worker_id, CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS TEXT)
            FROM leek.lease l JOIN leek.queued_task q ON q.seq = l.seq
            WHERE l.seq = ? AND l.token = COALESCE(CAST(? AS VARCHAR), l.token)
            """;

    /**
     * A whole batch in one statement; H2 knows none that deletes and returns what it needs. A row that is locked keeps its
     * place, which spares a second look at the index. And equal to one of one is not a condition to merge two tables by, for
     * which PostgreSQL would read the whole index at times.
     */
    private static final String SUCCEED_MANY = """
            WITH held AS (
              SELECT l.place, change.finished_at, change.result
              FROM :change CROSS JOIN LATERAL (SELECT l.ctid AS place FROM leek.lease l WHERE
            """ + Leases.ITS_LEASE + """
             FOR UPDATE SKIP LOCKED) AS l
            ), ended AS (
              DELETE FROM leek.lease l USING held WHERE l.ctid = held.place
              RETURNING l.seq AS ended_seq, l.started_at AS begun_at, l.worker_id AS runner, finished_at, result
            ), moved AS (
              DELETE FROM leek.queued_task USING ended WHERE seq = ANY (ARRAY[ended_seq]) RETURNING *
            )
            """ + INTO_SUCCESS + KEPT
            + ", attempts + 1, begun_at, runner, finished_at, result FROM moved RETURNING jid";

    private static final String INTO_FAILED = "INSERT INTO leek.failed_task (" + KEPT
            + ", mutex, attempts, started_at, worker_id, finished_at, reason, errtype, message, backtrace) SELECT ";

    private static final String FAILURE = """
            CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR),
            CAST(? AS TEXT)
            FROM leek.queued_task WHERE seq = ?
            """;

    private static final String FAIL = INTO_FAILED + """
            jid, seq, name, queue, payload, enqueued_at, crashes + CAST(? AS INTEGER), mutex, attempts + 1,
            CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS VARCHAR),
            """ + FAILURE;

    private static final String PARK = INTO_FAILED + KEPT + ", mutex, attempts, started_at, worker_id, " + FAILURE;

    private static final String DELETE = "DELETE FROM leek.queued_task WHERE seq = ?";
    private static final String DELETE_LEASE = "DELETE FROM leek.lease WHERE seq = ?";
    private static final String LOCK = "SELECT q.jid, q.seq, q.mutex FROM leek.queued_task q WHERE q.jid = ANY(?)";
    private static final String LEASED = "SELECT seq FROM leek.lease WHERE seq = ANY(?)";

    private final JdbcTemplate jdbc;
    private final Places places;
    private final Leases leases;
    private final AttemptLog attempts;
    private final boolean canMoveMany;
    private final boolean isShared;
    private final ColumnBatch<Placed<Change.Succeed>> succeedMany;
    private final ColumnBatch<Placed<Change.Succeed>> succeedAlone;
    private final GuardedBatch<Placed<Change.Succeed>> succeed;
    private final GuardedBatch<End<Change.Fail>> fail;
    private final GuardedBatch<Placed<Change.Park>> park;
    private final GuardedBatch<Long> deleteLease;
    private final GuardedBatch<Long> delete;
    private final String lock;
    private final String leased;

    Finishes(
            JdbcTemplate jdbc,
            LoneStatements alone,
            StoreDatabase database,
            Places places,
            Leases leases,
            AttemptLog attempts) {
        this.jdbc = jdbc;
        this.places = places;
        this.leases = leases;
        this.attempts = attempts;
        Schema schema = database.schema();
        canMoveMany = database.dialect() == Dialect.POSTGRESQL;
        isShared = !database.exclusive();
        List<Column<Placed<Change.Succeed>>> ends = List.of(
                Column.number("seq", Placed::seq),
                Column.text("token", placed -> placed.change().token()),
                Column.time("finished_at", placed -> placed.change().finishedAt()),
                Column.text("result", placed -> placed.change().result()));
        succeedMany = new ColumnBatch<>(jdbc, schema.in(SUCCEED_MANY), ends);
        succeedAlone = new ColumnBatch<>(alone, schema.in(SUCCEED_MANY), ends);
        succeed = new GuardedBatch<>(jdbc, schema.in(SUCCEED), (to, placed) -> to.time(
                        placed.change().finishedAt())
                .text(placed.change().result())
                .number(placed.seq())
                .text(placed.change().token()));
        fail = new GuardedBatch<>(
                jdbc, schema.in(FAIL), (to, end) -> to.number(end.change().isCrash() ? 1 : 0)
                        .time(end.startedAt())
                        .text(end.workerId())
                        .time(end.change().finishedAt())
                        .failure(end.change().failure())
                        .number(end.seq()));
        park = new GuardedBatch<>(
                jdbc, schema.in(PARK), (to, placed) -> to.time(placed.change().finishedAt())
                        .failure(placed.change().failure())
                        .number(placed.seq()));
        deleteLease = new GuardedBatch<>(jdbc, schema.in(DELETE_LEASE), (to, seq) -> to.number(seq));
        delete = new GuardedBatch<>(jdbc, schema.in(DELETE), (to, seq) -> to.number(seq));
        lock = schema.in(LOCK) + database.lockRows("q");
        leased = schema.in(LEASED);
    }

    List<Outcome> succeed(List<Change.Succeed> changes) {
        List<Placed<Change.Succeed>> placed = places.of(changes);
        boolean isMany = canMoveMany && changes.stream().allMatch(Finishes::isShort);
        return leases.outcomes(changes, placed, isMany ? succeedMany(succeedMany, placed) : succeedEach(placed));
    }

    /** Whether it is of a known row and bounded. */
    static boolean isPlain(Change.Succeed change) {
        return change.seq() != null && isShort(change);
    }

    /** Moves rows of plain ones without a transaction; null in the place of each that was not moved. */
    List<@Nullable Outcome> succeedAlone(List<Change.Succeed> changes) {
        Set<String> moved = succeedMany(succeedAlone, places.of(changes));
        List<@Nullable Outcome> outcomes = new ArrayList<>(changes.size());
        changes.forEach(change -> outcomes.add(moved.contains(change.jid()) ? new Outcome.Done(null) : null));
        return outcomes;
    }

    private static boolean isShort(Change.Succeed change) {
        return change.result() == null || change.result().length() <= ColumnBatch.MAX_TEXT;
    }

    private static Set<String> succeedMany(
            ColumnBatch<Placed<Change.Succeed>> succeed, List<Placed<Change.Succeed>> changes) {
        return new HashSet<>(succeed.run(changes, (row, number) -> row.getString(1)));
    }

    private Set<String> succeedEach(List<Placed<Change.Succeed>> placed) {
        List<Placed<Change.Succeed>> changes = isShared ? leases.lock(placed) : placed;
        boolean[] copied = succeed.run(changes);
        Set<String> moved = new HashSet<>();
        List<Long> seqs = new ArrayList<>(copied.length);
        for (int i = 0; i < copied.length; i++) {
            if (copied[i]) {
                moved.add(changes.get(i).change().jid());
                seqs.add(changes.get(i).seq());
            }
        }
        deleteLease.runForAll(seqs);
        delete.runForAll(seqs);
        return moved;
    }

    List<Outcome> fail(List<Change.Fail> changes) {
        Ends<Change.Fail> ends = leases.end(changes);
        attempts.add(ends.won().stream()
                .map(end ->
                        new Failed(end, end.change().finishedAt(), end.change().failure()))
                .toList());
        fail.runForAll(ends.won());
        delete.runForAll(ends.won().stream().map(End::seq).toList());
        return ends.outcomes();
    }

    List<Outcome> park(List<Change.Park> changes) {
        Map<String, Unleased> unleased = lockUnleased(changes);
        List<Placed<Change.Park>> won = changes.stream()
                .filter(change -> unleased.containsKey(change.jid()))
                .map(change -> new Placed<>(
                        change,
                        Objects.requireNonNull(unleased.get(change.jid())).seq()))
                .toList();
        park.runForAll(won);
        delete.runForAll(won.stream().map(Placed::seq).toList());
        return outcomes(changes, unleased);
    }

    List<Outcome> withdraw(List<Change.Withdraw> changes) {
        Map<String, Unleased> unleased = lockUnleased(changes);
        delete.runForAll(unleased.values().stream().map(Unleased::seq).toList());
        return outcomes(changes, unleased);
    }

    private static List<Outcome> outcomes(List<? extends Change> changes, Map<String, Unleased> ended) {
        return changes.stream()
                .<Outcome>map(change -> {
                    Unleased task = ended.get(change.jid());
                    return task == null ? new Outcome.Lost() : new Outcome.Done(null, task.mutex());
                })
                .toList();
    }

    /** Nobody can give a lease on a row that is locked, so whether there is one is asked afterwards. */
    private Map<String, Unleased> lockUnleased(List<? extends Change> changes) {
        Map<String, Unleased> locked = new HashMap<>();
        Object jids = changes.stream().map(Change::jid).toArray(String[]::new);
        jdbc.query(
                lock,
                row -> {
                    locked.put(row.getString(1), new Unleased(row.getLong(2), row.getString(3)));
                },
                jids);
        Object seqs = locked.values().stream().map(Unleased::seq).toArray(Long[]::new);
        Set<Long> running = new HashSet<>(jdbc.queryForList(leased, Long.class, seqs));
        locked.values().removeIf(task -> running.contains(task.seq()));
        return locked;
    }

    private record Unleased(long seq, @Nullable String mutex) {}
}

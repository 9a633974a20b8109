package io.leek.server.store;

import io.leek.server.store.ColumnBatch.Column;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Moves of queued rows to the tables of finished ones: a guarded copy, then an equally guarded delete. */
final class Finishes {

    private static final String LEASED = "WHERE jid = ? AND lease = COALESCE(CAST(? AS VARCHAR), lease)";
    private static final String UNLEASED = "WHERE jid = ? AND lease IS NULL";

    private static final String SUCCEED = """
            INSERT INTO leek.success_task (jid, name, queue, payload, enqueued_at, started_at, attempts, crashes,
                   worker_id, finished_at, result)
            SELECT jid, name, queue, payload, enqueued_at, started_at, attempts, crashes, worker_id,
                   CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS TEXT)
            FROM leek.queued_task
            """ + LEASED;

    private static final String SUCCEED_MANY = """
            INSERT INTO leek.success_task (jid, name, queue, payload, enqueued_at, started_at, attempts, crashes,
                   worker_id, finished_at, result)
            SELECT q.jid, q.name, q.queue, q.payload, q.enqueued_at, q.started_at, q.attempts, q.crashes, q.worker_id,
                   change.finished_at, change.result
            FROM :change JOIN leek.queued_task q ON q.jid = change.jid AND q.lease = COALESCE(change.lease, q.lease)
            """;

    private static final String DELETE_MANY = "DELETE FROM leek.queued_task WHERE jid = ANY(?)";

    private static final String FAIL = """
            INSERT INTO leek.failed_task (jid, name, queue, payload, enqueued_at, started_at, attempts, crashes,
                   worker_id, finished_at, reason, errtype, message, backtrace)
            SELECT jid, name, queue, payload, enqueued_at, started_at, attempts, crashes + CAST(? AS INTEGER), worker_id,
                   CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS VARCHAR), CAST(? AS VARCHAR),
                   CAST(? AS VARCHAR), CAST(? AS TEXT)
            FROM leek.queued_task
            """;

    private static final String FAIL_LEASED = FAIL + LEASED;
    private static final String PARK = FAIL + UNLEASED;
    private static final String DELETE_LEASED = "DELETE FROM leek.queued_task " + LEASED;
    private static final String DELETE_UNLEASED = "DELETE FROM leek.queued_task " + UNLEASED;

    private final JdbcTemplate jdbc;
    private final String deleteMany;
    private final ColumnBatch<Change.Succeed> succeedMany;
    private final Move<Change.Succeed> succeed;
    private final Move<Change.Fail> fail;
    private final Move<Change.Park> park;

    Finishes(JdbcTemplate jdbc, Schema schema, Dialect dialect) {
        this.jdbc = jdbc;
        deleteMany = schema.in(DELETE_MANY);
        succeedMany = new ColumnBatch<>(
                jdbc,
                dialect.returning(schema.in(SUCCEED_MANY), "jid"),
                List.of(
                        Column.text("jid", Change.Succeed::jid),
                        Column.text("lease", Change.Succeed::token),
                        Column.time("finished_at", Change.Succeed::finishedAt),
                        Column.text("result", Change.Succeed::result)));
        succeed = new Move<>(
                new GuardedBatch<>(jdbc, schema.in(SUCCEED), (to, change) -> to.time(change.finishedAt())
                        .text(change.result())
                        .text(change.jid())
                        .text(change.token())),
                new GuardedBatch<>(jdbc, schema.in(DELETE_LEASED), (to, change) -> to.text(change.jid())
                        .text(change.token())));
        fail = new Move<>(
                new GuardedBatch<>(jdbc, schema.in(FAIL_LEASED), (to, change) -> to.number(change.isCrash() ? 1 : 0)
                        .time(change.finishedAt())
                        .failure(change.failure())
                        .text(change.jid())
                        .text(change.token())),
                new GuardedBatch<>(jdbc, schema.in(DELETE_LEASED), (to, change) -> to.text(change.jid())
                        .text(change.token())));
        park = new Move<>(
                new GuardedBatch<>(jdbc, schema.in(PARK), (to, change) -> to.number(0)
                        .time(change.finishedAt())
                        .failure(change.failure())
                        .text(change.jid())),
                new GuardedBatch<>(jdbc, schema.in(DELETE_UNLEASED), (to, change) -> to.text(change.jid())));
    }

    List<Outcome> succeed(List<Change.Succeed> changes) {
        return changes.stream().allMatch(Finishes::isShort) ? succeedMany(changes) : succeed.run(changes);
    }

    private static boolean isShort(Change.Succeed change) {
        return change.result() == null || change.result().length() <= ColumnBatch.MAX_TEXT;
    }

    private List<Outcome> succeedMany(List<Change.Succeed> changes) {
        Set<String> moved = new HashSet<>(succeedMany.run(changes, (row, number) -> row.getString(1)));
        if (jdbc.update(deleteMany, (Object) moved.toArray(String[]::new)) != moved.size()) {
            throw new OptimisticLockingFailureException("a row was changed by another transaction meanwhile");
        }
        return changes.stream()
                .<Outcome>map(change -> moved.contains(change.jid()) ? new Outcome.Done(null) : new Outcome.Lost())
                .toList();
    }

    List<Outcome> fail(List<Change.Fail> changes) {
        return fail.run(changes);
    }

    List<Outcome> park(List<Change.Park> changes) {
        return park.run(changes);
    }

    private record Move<C extends Change>(GuardedBatch<C> copy, GuardedBatch<C> delete) {

        List<Outcome> run(List<C> changes) {
            boolean[] copied = copy.run(changes);
            List<C> moved = new ArrayList<>(copied.length);
            for (int i = 0; i < copied.length; i++) {
                if (copied[i]) {
                    moved.add(changes.get(i));
                }
            }
            delete.runForAll(moved);
            return Leases.outcomes(copied);
        }
    }
}

package io.leek.server.store;

import java.util.ArrayList;
import java.util.List;
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

    private final Move<Change.Succeed> succeed;
    private final Move<Change.Fail> fail;
    private final Move<Change.Park> park;

    Finishes(JdbcTemplate jdbc, Schema schema) {
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
        return succeed.run(changes);
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

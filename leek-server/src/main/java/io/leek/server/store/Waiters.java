package io.leek.server.store;

import io.leek.server.store.TaskStore.Claimable;
import io.leek.task.Mutex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Tasks that found their mutex full: table {@code waiter}, and {@code waits_for} of the queued row, which keeps it from
 * being looked at. One that is let go stays in the table until it runs, so that an ordered one can tell who came before.
 */
final class Waiters {

    /** A lease that another server has given since the row was read stands. */
    private static final String WAIT = """
            UPDATE leek.queued_task SET waits_for = ?
            WHERE seq = ? AND NOT EXISTS (SELECT 1 FROM leek.lease l WHERE l.seq = queued_task.seq)
            """;

    private static final String ADD = """
            INSERT INTO leek.waiter (seq, mutex, priority, places)
            SELECT * FROM (VALUES (
                   CAST(? AS BIGINT), CAST(? AS VARCHAR), CAST(? AS INTEGER), CAST(? AS INTEGER)
                 )) AS task (seq, mutex, priority, places)
            WHERE NOT EXISTS (SELECT 1 FROM leek.waiter w WHERE w.seq = task.seq)
            """;

    private static final String REMOVE = "DELETE FROM leek.waiter WHERE seq = ANY(?)";

    private static final String FIRST = """
            SELECT w.priority, w.seq FROM leek.waiter w JOIN leek.queued_task q ON q.seq = w.seq WHERE w.mutex = ?
            ORDER BY w.mutex, w.priority DESC, w.seq LIMIT 1
            """;

    private static final String IN_ORDER = """
            FROM leek.waiter w JOIN leek.queued_task q ON q.seq = w.seq AND q.waits_for = w.mutex WHERE w.mutex = ?
            ORDER BY w.mutex, w.priority DESC, w.seq LIMIT ?
            """;

    private static final String PLACES = "SELECT w.places " + IN_ORDER;
    private static final String NEXT = "SELECT " + DispatchQueries.COLUMNS + " " + IN_ORDER;
    private static final String LET_GO = "UPDATE leek.queued_task SET waits_for = NULL WHERE seq = ?";

    private final JdbcTemplate jdbc;
    private final GuardedBatch<Waiter> wait;
    private final GuardedBatch<Waiter> add;
    private final GuardedBatch<Claimable> letGo;
    private final String remove;
    private final String first;
    private final String places;
    private final String next;

    Waiters(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        Schema schema = database.schema();
        wait = new GuardedBatch<>(
                jdbc, schema.in(WAIT), (to, waiter) -> to.text(waiter.mutex().name())
                        .number(waiter.row().seq()));
        add = new GuardedBatch<>(
                jdbc, schema.in(ADD), (to, waiter) -> to.number(waiter.row().seq())
                        .text(waiter.mutex().name())
                        .number(waiter.row().priority())
                        .number(waiter.mutex().limit()));
        letGo = new GuardedBatch<>(jdbc, schema.in(LET_GO), (to, task) -> to.number(task.seq()));
        remove = schema.in(REMOVE);
        first = schema.in(FIRST);
        places = schema.in(PLACES);
        next = schema.in(NEXT) + database.lockRows("q");
    }

    record Waiter(QueuedTask row, Mutex mutex) {}

    /** Lets rows wait that this transaction has locked, and returns what became of each. */
    Map<String, Outcome> add(List<Waiter> waiters) {
        boolean[] waits = wait.run(waiters);
        List<Waiter> won = new ArrayList<>();
        Map<String, Outcome> outcomes = new HashMap<>();
        for (int i = 0; i < waits.length; i++) {
            Waiter waiter = waiters.get(i);
            if (waits[i]) {
                won.add(waiter);
            }
            outcomes.put(
                    waiter.row().jid(),
                    waits[i] ? new Outcome.Blocked(waiter.mutex().name()) : new Outcome.Lost());
        }
        add.run(won);
        return outcomes;
    }

    void remove(List<QueuedTask> rows) {
        if (!rows.isEmpty()) {
            jdbc.update(remove, (Object) rows.stream().map(QueuedTask::seq).toArray(Long[]::new));
        }
    }

    /** Whether one that waits, or was let go and does not run yet, comes before this one. */
    boolean hasOneBefore(QueuedTask row) {
        return jdbc.query(
                        first,
                        (one, number) -> one.getInt(1) > row.priority()
                                || one.getInt(1) == row.priority() && one.getLong(2) < row.seq(),
                        row.mutex())
                .contains(true);
    }

    /** Makes the first ones ready again, as many as find a place where so many are taken. */
    List<Claimable> letGo(String mutex, int taken) {
        int free = jdbc.queryForList(places, Integer.class, mutex, 1).stream()
                .mapToInt(limit -> limit - taken)
                .findFirst()
                .orElse(0);
        if (free <= 0) {
            return List.of();
        }
        List<Claimable> tasks = jdbc.query(next, DispatchQueries::claimable, mutex, free);
        letGo.runForAll(tasks);
        return tasks;
    }
}

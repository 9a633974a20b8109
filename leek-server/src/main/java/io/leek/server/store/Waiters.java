package io.leek.server.store;

import io.leek.server.store.Leases.End;
import io.leek.server.store.TaskStore.Claimable;
import io.leek.task.Mutex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Tasks that found their mutex full: table {@code waiter}, and {@code waits_for} of the queued row, which keeps it from
 * being looked at. One that is let go stays in the table until it runs, so that an ordered one can tell who came before;
 * for the same reason an ordered one that is given back before it has begun comes into it.
 */
final class Waiters {

    /** A lease that another server has given since the row was read stands. */
    private static final String WAIT = """
            UPDATE leek.queued_task SET waits_for = ?
            WHERE seq = ? AND NOT EXISTS (SELECT 1 FROM leek.lease l WHERE l.seq = queued_task.seq)
            """;

    private static final String ADD = """
            INSERT INTO leek.waiter (seq, mutex, priority, places, ordered)
            SELECT * FROM (VALUES (
                   CAST(? AS BIGINT), CAST(? AS VARCHAR), CAST(? AS INTEGER), CAST(? AS INTEGER), CAST(? AS INTEGER) = 1
                 )) AS task (seq, mutex, priority, places, ordered)
            WHERE NOT EXISTS (SELECT 1 FROM leek.waiter w WHERE w.seq = task.seq)
            """;

    /** As one that was let go. After an attempt it has its place still, which says the same. */
    private static final String KEEP_TURN = """
            INSERT INTO leek.waiter (seq, mutex, priority, places, ordered)
            SELECT q.seq, s.mutex, q.priority, 1, s.ordered FROM leek.slot s JOIN leek.queued_task q ON q.seq = s.seq
            WHERE s.mutex = ? AND s.seq = ? AND s.token = ? AND s.ordered AND q.attempts = 0
              AND NOT EXISTS (SELECT 1 FROM leek.waiter w WHERE w.seq = s.seq)
            """;

    private static final String REMOVE = "DELETE FROM leek.waiter WHERE seq = ANY(?)";

    private static final String IN_ORDER = " WHERE w.mutex = ? ORDER BY w.mutex, w.priority DESC, w.seq LIMIT ?";
    private static final String FIRST = "SELECT w.priority, w.seq FROM leek.waiter w";
    private static final String HEAD = "SELECT w.seq, w.ordered, q.waits_for IS NULL FROM leek.waiter w";

    private static final String STILL_GOING =
            "SELECT q.seq FROM leek.queued_task q WHERE q.seq = ANY(?) AND " + Leases.WAITS_FOR_NOTHING;

    private static final String PLACES = "SELECT w.places FROM leek.waiter w";
    private static final String NEXT = "SELECT " + DispatchQueries.COLUMNS + " FROM leek.waiter w";
    private static final String LET_GO = "UPDATE leek.queued_task SET waits_for = NULL WHERE seq = ?";

    private final JdbcTemplate jdbc;
    private final GuardedBatch<Waiter> wait;
    private final GuardedBatch<Waiter> add;
    private final GuardedBatch<End<Change.Release>> keepTurn;
    private final GuardedBatch<Claimable> letGo;
    private final String remove;
    private final String first;
    private final String head;
    private final String stillGoing;
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
                        .number(waiter.mutex().limit())
                        .number(waiter.mutex().ordered() ? 1 : 0));
        keepTurn = new GuardedBatch<>(jdbc, schema.in(KEEP_TURN), (to, end) -> to.text(end.mutex())
                .number(end.seq())
                .text(end.change().token()));
        letGo = new GuardedBatch<>(jdbc, schema.in(LET_GO), (to, task) -> to.number(task.seq()));
        remove = schema.in(REMOVE);
        Dialect dialect = database.dialect();
        String itsTask = dialect.lookUp("leek.queued_task", "q", "q.seq = w.seq") + IN_ORDER;
        first = schema.in(FIRST + itsTask);
        head = schema.in(HEAD + itsTask);
        stillGoing = schema.in(STILL_GOING) + database.lockRows("q");
        String waits = "q.seq = w.seq AND q.waits_for = w.mutex";
        places = schema.in(PLACES + dialect.lookUp("leek.queued_task", "q", waits) + IN_ORDER);
        next = schema.in(NEXT + database.lock("leek.queued_task", "q", waits, IN_ORDER));
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

    /** Those of an ordered mutex that were given back before their first attempt are the next to run. */
    void keepTurns(List<End<Change.Release>> released) {
        keepTurn.run(released);
    }

    void remove(List<QueuedTask> rows) {
        removeAll(rows.stream().map(QueuedTask::seq).toList());
    }

    private void removeAll(List<Long> seqs) {
        if (!seqs.isEmpty()) {
            jdbc.update(remove, (Object) seqs.toArray(Long[]::new));
        }
    }

    /** Whether one that waits, or was let go and does not run yet, comes before this one. */
    boolean hasOneBefore(QueuedTask row) {
        return jdbc.query(
                        first,
                        (one, number) -> one.getInt(1) > row.priority()
                                || one.getInt(1) == row.priority() && one.getLong(2) < row.seq(),
                        row.mutex(),
                        1)
                .contains(true);
    }

    /**
     * Makes the first ones ready again, as many as find a place where so many are taken, and those let go before them will
     * take theirs.
     *
     * @param isSweep whether to count no more on those that were let go and need no order: nobody may be there to run them
     */
    List<Claimable> letGo(String mutex, int taken, boolean isSweep) {
        int free = jdbc.queryForList(places, Integer.class, mutex, 1).stream()
                .mapToInt(limit -> limit - taken)
                .findFirst()
                .orElse(0);
        if (free <= 0) {
            return List.of();
        }
        free -= goingFirst(mutex, free, isSweep);
        if (free == 0) {
            return List.of();
        }
        List<Claimable> tasks = jdbc.query(next, DispatchQueries::claimable, mutex, free);
        letGo.runForAll(tasks);
        return tasks;
    }

    /** How many of the first ones were let go and do not run yet. */
    private int goingFirst(String mutex, int most, boolean isSweep) {
        List<Going> going = jdbc
                .query(
                        head,
                        (one, number) -> new Going(one.getLong(1), one.getBoolean(2), one.getBoolean(3)),
                        mutex,
                        most)
                .stream()
                .takeWhile(Going::isLetGo)
                .toList();
        return going.size() - (isSweep ? forget(going) : 0);
    }

    /** One that another server is just claiming may have to wait again, and keeps its row for that. */
    private int forget(List<Going> going) {
        Object unordered =
                going.stream().filter(one -> !one.ordered()).map(Going::seq).toArray(Long[]::new);
        List<Long> seqs = jdbc.queryForList(stillGoing, Long.class, unordered);
        removeAll(seqs);
        return seqs.size();
    }

    private record Going(long seq, boolean ordered, boolean isLetGo) {}
}

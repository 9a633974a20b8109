package io.leek.server.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Cancellations: a row without a lease moves to failed; for one with a lease it is written down that it shall, so that a
 * restart or another server can't let it run again.
 */
final class Cancels {

    private static final String FIND = "SELECT " + QueuedRows.WITH_LEASE + " FROM leek.queued_task q";

    private static final String MARK = """
            INSERT INTO leek.cancellation (seq) SELECT CAST(? AS BIGINT)
            WHERE NOT EXISTS (SELECT 1 FROM leek.cancellation WHERE seq = ?)
            """;

    private final JdbcTemplate jdbc;
    private final Finishes finishes;
    private final Keys keys;
    private final boolean isShared;
    private final String find;
    private final GuardedBatch<Long> mark;

    Cancels(JdbcTemplate jdbc, StoreDatabase database, Finishes finishes, Keys keys) {
        this.jdbc = jdbc;
        this.finishes = finishes;
        this.keys = keys;
        isShared = !database.exclusive();
        Schema schema = database.schema();
        find = schema.in(
                FIND + database.dialect().lookUpOrNull("leek.lease", "l", "l.seq = q.seq") + " WHERE q.jid = ANY(?)");
        // Two servers may be told at the same moment.
        String orNothing = database.dialect() == Dialect.POSTGRESQL ? " ON CONFLICT DO NOTHING" : "";
        mark = new GuardedBatch<>(
                jdbc, schema.in(MARK) + orNothing, (to, seq) -> to.number(seq).number(seq));
    }

    List<Outcome> cancel(List<Change.Cancel> changes) {
        Map<String, QueuedTask> found = find(changes);
        List<Change.Park> parks = changes.stream()
                .filter(change -> found.containsKey(change.jid())
                        && found.get(change.jid()).lease() == null)
                .map(Change.Cancel::park)
                .toList();
        List<Outcome> parked = finishes.park(parks);
        Map<String, Outcome> ended = new HashMap<>();
        List<Change.Cancel> passed = new ArrayList<>();
        for (int i = 0; i < parks.size(); i++) {
            if (parked.get(i) instanceof Outcome.Done) {
                ended.put(parks.get(i).jid(), parked.get(i));
            } else {
                // Somebody was quicker, most likely with a lease.
                passed.add(new Change.Cancel(parks.get(i).jid(), parks.get(i).finishedAt()));
            }
        }
        keys.freeUnrun(found.values().stream()
                .filter(row -> ended.containsKey(row.jid()))
                .toList());
        passed.forEach(change -> found.remove(change.jid()));
        found.putAll(find(passed));
        mark.run(found.values().stream()
                .filter(row -> row.lease() != null)
                .map(QueuedTask::seq)
                .toList());
        return changes.stream()
                .map(change -> ended.getOrDefault(change.jid(), outcome(found.get(change.jid()))))
                .toList();
    }

    private Outcome outcome(@Nullable QueuedTask row) {
        if (row == null) {
            return new Outcome.Lost();
        }
        return row.lease() == null && isShared ? new Outcome.Busy() : new Outcome.Running(row);
    }

    private Map<String, QueuedTask> find(List<Change.Cancel> changes) {
        if (changes.isEmpty()) {
            return new HashMap<>();
        }
        Object jids = changes.stream().map(Change.Cancel::jid).toArray(String[]::new);
        return new HashMap<>(jdbc.query(find, QueuedRows::withLease, jids).stream()
                .collect(Collectors.toMap(QueuedTask::jid, row -> row)));
    }
}

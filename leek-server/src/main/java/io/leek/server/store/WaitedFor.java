package io.leek.server.store;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Looks for mutexes with places left that tasks wait for, and forgets waiters in front whose task is not queued any more.
 * However many wait, a look is short: it goes from one mutex to the next by index, and on from there the next time.
 */
final class WaitedFor {

    /** For all mutexes of a look; and waiters of one that has places. */
    private static final int MOST = 500;

    private static final String NEXT_MUTEX = """
            SELECT w.mutex, w.places FROM leek.waiter w WHERE w.mutex > ?
            ORDER BY w.mutex, w.priority DESC, w.seq LIMIT 1
            """;

    private static final String TAKEN = "SELECT s.mutex, COUNT(*) FROM leek.slot s WHERE s.mutex = ANY(?) AND "
            + Slots.TAKEN + " GROUP BY s.mutex ORDER BY s.mutex";

    /** For the OFFSET see {@link Leases#NO_LEASE}. */
    private static final String FIRST = """
            SELECT w.seq, NOT EXISTS (SELECT 1 FROM leek.queued_task q WHERE q.seq = w.seq OFFSET 0 ROWS) FROM (
              SELECT seq FROM leek.waiter WHERE mutex = ? ORDER BY mutex, priority DESC, seq LIMIT ?
            ) AS w
            """;

    private static final String FORGET = "DELETE FROM leek.waiter WHERE seq = ANY(?)";

    private final JdbcTemplate jdbc;
    private final IndexTransaction transaction;
    private final String nextMutex;
    private final String taken;
    private final String first;
    private final String forget;
    private String after = "";

    WaitedFor(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        transaction = new IndexTransaction(jdbc, database);
        Schema schema = database.schema();
        nextMutex = schema.in(NEXT_MUTEX);
        taken = schema.in(TAKEN);
        first = schema.in(FIRST);
        forget = schema.in(FORGET);
    }

    synchronized List<String> get() {
        return transaction.write(status -> {
            Map<String, Integer> places = page();
            if (places.isEmpty()) {
                return List.of();
            }
            Map<String, Integer> full = new HashMap<>();
            Object names = places.keySet().toArray(String[]::new);
            jdbc.query(
                    taken,
                    row -> {
                        full.put(row.getString(1), row.getInt(2));
                    },
                    names);
            return places.keySet().stream()
                    .filter(mutex -> places.getOrDefault(mutex, 0) > full.getOrDefault(mutex, 0))
                    .filter(this::hasWaiters)
                    .toList();
        });
    }

    /** The next mutexes that are waited for, with their places. */
    private Map<String, Integer> page() {
        Map<String, Integer> places = new LinkedHashMap<>();
        String last = after;
        while (places.size() < MOST) {
            List<Map.Entry<String, Integer>> next =
                    jdbc.query(nextMutex, (row, number) -> Map.entry(row.getString(1), row.getInt(2)), last);
            if (next.isEmpty()) {
                after = "";
                return places;
            }
            last = next.get(0).getKey();
            places.put(last, next.get(0).getValue());
        }
        after = last;
        return places;
    }

    private boolean hasWaiters(String mutex) {
        List<First> waiters =
                jdbc.query(first, (row, number) -> new First(row.getLong(1), row.getBoolean(2)), mutex, MOST);
        Object gone = waiters.stream().filter(First::isGone).map(First::seq).toArray(Long[]::new);
        int forgotten = jdbc.update(forget, gone);
        return forgotten < waiters.size() || waiters.size() == MOST;
    }

    private record First(long seq, boolean isGone) {}
}

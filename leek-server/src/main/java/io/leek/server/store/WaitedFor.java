package io.leek.server.store;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** Looks for mutexes with places left that tasks wait for, and forgets waiters whose task is not queued any more. */
final class WaitedFor {

    private static final int MOST = 1_000;

    private static final String ANY = "SELECT COUNT(*) FROM (SELECT 1 FROM leek.waiter FETCH FIRST ROW ONLY) AS w";

    private static final String GONE = """
            DELETE FROM leek.waiter
            WHERE NOT EXISTS (SELECT 1 FROM leek.queued_task q WHERE q.seq = waiter.seq)
            """;

    private static final String WITH_PLACES = """
            SELECT w.mutex FROM (SELECT mutex, MAX(places) AS places FROM leek.waiter GROUP BY mutex) AS w
            WHERE w.places > (SELECT COUNT(*) FROM leek.slot s WHERE s.mutex = w.mutex AND\s""" + Slots.TAKEN + ") LIMIT ?";

    private final JdbcTemplate jdbc;
    private final String any;
    private final String gone;
    private final String withPlaces;

    WaitedFor(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        Schema schema = database.schema();
        any = schema.in(ANY);
        gone = schema.in(GONE);
        withPlaces = schema.in(WITH_PLACES);
    }

    List<String> get() {
        Integer waiters = jdbc.queryForObject(any, Integer.class);
        if (waiters == null || waiters == 0) {
            return List.of();
        }
        jdbc.update(gone);
        return jdbc.queryForList(withPlaces, String.class, MOST);
    }
}

package io.leek.server.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** The rows of {@code rate}: one for each queue with a limit, which all servers share. */
final class Rates {

    private static final String RECENT = "SELECT r.recent FROM leek.rate r WHERE r.queue = ?";
    private static final String BEGIN = "INSERT INTO leek.rate (queue, recent) VALUES (?, '')";
    private static final String KEEP = "UPDATE leek.rate SET recent = ? WHERE queue = ?";

    private final JdbcTemplate jdbc;
    private final SharedTime time;
    private final String recent;
    private final String begin;
    private final String keep;

    Rates(JdbcTemplate jdbc, StoreDatabase database, SharedTime time) {
        this.jdbc = jdbc;
        this.time = time;
        Schema schema = database.schema();
        // It waits for the other servers: who passes over a row that is locked would believe that there is none.
        recent = schema.in(RECENT) + (database.exclusive() ? "" : " FOR UPDATE");
        begin = schema.in(BEGIN) + (database.dialect() == Dialect.POSTGRESQL ? " ON CONFLICT (queue) DO NOTHING" : "");
        keep = schema.in(KEEP);
    }

    /** Takes as many of those wanted as may be had now. */
    Share take(String queue, RateLimit limit, int wanted) {
        List<String> known = jdbc.queryForList(recent, String.class, queue);
        if (known.isEmpty()) {
            jdbc.update(begin, queue);
            known = jdbc.queryForList(recent, String.class, queue);
        }
        // Behind the lock, or the time of who had to wait for it would be before the other's.
        Instant now = time.now(jdbc);
        RecentHandOuts handOuts = new RecentHandOuts(known.get(0), limit, now);
        int taken = handOuts.take(wanted, now);
        if (taken > 0) {
            jdbc.update(keep, handOuts.toString(), queue);
        }
        return new Share(taken, taken < wanted ? Duration.between(now, handOuts.again()) : Duration.ZERO);
    }

    /** @param untilNext how long until there is the next, where fewer were taken than wanted */
    record Share(int taken, Duration untilNext) {}
}

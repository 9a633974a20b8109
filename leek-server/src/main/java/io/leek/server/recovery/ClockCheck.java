package io.leek.server.recovery;

import io.leek.log.OncePerMinute;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares this server's clock with the database's, which all servers on it have in common: which tasks are due, and in
 * which order, must not depend on who looks.
 */
final class ClockCheck {

    static final Duration MOST_APART = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(ClockCheck.class);

    private final Clocks clocks;
    private final OncePerMinute said;
    private boolean wasRight = true;

    ClockCheck(Clocks clocks) {
        this.clocks = clocks;
        said = new OncePerMinute(clocks.nanoTime());
    }

    /** Whether the two agree well enough; says so where they don't, and once they do again. */
    boolean isRight() {
        Instant before = clocks.wall().instant();
        Instant database = clocks.database().get();
        Instant after = clocks.wall().instant();
        Duration ahead = ahead(before, database, after);
        boolean isRight = ahead.abs().compareTo(MOST_APART) <= 0;
        if (!isRight && said.isDue("clock")) {
            log.error(
                    "This server's clock is {} s {} the database's: it says {}, the database {}, and at most {} s are"
                            + " allowed. It hands out no tasks until they agree. Set the clocks of both machines, by"
                            + " NTP for example",
                    ahead.abs().toMillis() / 1_000.0,
                    ahead.isNegative() ? "behind" : "ahead of",
                    after,
                    database,
                    MOST_APART.toSeconds());
        }
        if (isRight && !wasRight) {
            log.info("This server's clock agrees with the database's again; it hands out tasks");
        }
        wasRight = isRight;
        return isRight;
    }

    /** The time that the question took is no difference. */
    private static Duration ahead(Instant before, Instant database, Instant after) {
        if (database.isBefore(before)) {
            return Duration.between(database, before);
        }
        return database.isAfter(after) ? Duration.between(database, after) : Duration.ZERO;
    }
}

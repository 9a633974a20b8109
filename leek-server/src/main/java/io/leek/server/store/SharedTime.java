package io.leek.server.store;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;

/** The time that all servers on a database have in common. */
interface SharedTime {

    Instant now(JdbcTemplate jdbc);

    /** The database's own; this server's where the database is in its process. */
    static SharedTime of(Dialect dialect, Clock clock) {
        String time = dialect.time();
        return time.isEmpty()
                ? jdbc -> clock.instant()
                : jdbc -> Objects.requireNonNull(jdbc.queryForObject(time, OffsetDateTime.class))
                        .toInstant();
    }
}

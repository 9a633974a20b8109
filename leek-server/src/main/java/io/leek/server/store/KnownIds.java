package io.leek.server.store;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** Which ids any of the three tables has. */
final class KnownIds {

    private final JdbcTemplate jdbc;
    private final String known;

    KnownIds(JdbcTemplate jdbc, Schema schema) {
        this.jdbc = jdbc;
        known = schema.in(Inserts.KNOWN);
    }

    Set<String> among(Collection<String> jids) {
        Object array = jids.toArray(String[]::new);
        return new HashSet<>(jdbc.queryForList(known, String.class, array, array, array));
    }
}

package io.leek.server.store;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** Which ids any of the three tables has, and which of them those of finished tasks. */
final class KnownIds {

    private static final String FINISHED = """
            SELECT jid FROM leek.success_task WHERE jid = ANY(?)
            UNION ALL SELECT jid FROM leek.failed_task WHERE jid = ANY(?)
            """;

    private final JdbcTemplate jdbc;
    private final String known;
    private final String finished;

    KnownIds(JdbcTemplate jdbc, Schema schema) {
        this.jdbc = jdbc;
        known = schema.in(Inserts.KNOWN);
        finished = schema.in(FINISHED);
    }

    Set<String> among(Collection<String> jids) {
        Object array = jids.toArray(String[]::new);
        return new HashSet<>(jdbc.queryForList(known, String.class, array, array, array));
    }

    Set<String> finished(Collection<String> jids) {
        Object array = jids.toArray(String[]::new);
        return new HashSet<>(jdbc.queryForList(finished, String.class, array, array));
    }
}

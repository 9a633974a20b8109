package io.leek.server.store;

import io.leek.server.store.TaskStore.Beat;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** The servers' heartbeat counters: table {@code node}. */
final class Beats {

    private static final String BEAT = "UPDATE leek.node SET beat = beat + 1 WHERE server_id = ?";
    private static final String REGISTER = "INSERT INTO leek.node (server_id, beat, started_at) VALUES (?, 1, ?)";
    private static final String ALL = "SELECT server_id, beat FROM leek.node ORDER BY server_id";
    private static final String FORGET = "DELETE FROM leek.node WHERE server_id = ANY(?)";

    private final JdbcTemplate jdbc;
    private final Schema schema;
    private final IndexTransaction transaction;
    private final Clock clock;
    private final SharedTime time;

    Beats(JdbcTemplate jdbc, StoreDatabase database, Clock clock) {
        this.jdbc = jdbc;
        this.schema = database.schema();
        this.transaction = new IndexTransaction(jdbc, database, "");
        this.clock = clock;
        this.time = SharedTime.of(database.dialect(), clock);
    }

    void beat(String serverId) {
        transaction.write(status -> {
            Object now = Parameters.stored(clock.instant()).atOffset(ZoneOffset.UTC);
            return jdbc.update(schema.in(BEAT), serverId) == 1 ? 1 : jdbc.update(schema.in(REGISTER), serverId, now);
        });
    }

    Instant databaseTime() {
        return time.now(jdbc);
    }

    List<Beat> all() {
        return jdbc.query(schema.in(ALL), (row, number) -> new Beat(row.getString(1), row.getLong(2)));
    }

    void forget(Collection<String> serverIds) {
        Object array = serverIds.toArray(String[]::new);
        transaction.write(status -> jdbc.update(schema.in(FORGET), array));
    }
}

package io.leek.server.store;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Table {@code queue}. */
final class QueueRows implements QueueStore {

    private static final String PAUSED = "SELECT name FROM leek.queue";
    private static final String PAUSE = "INSERT INTO leek.queue (name, paused_at) VALUES (?, ?)";
    private static final String RESUME = "DELETE FROM leek.queue WHERE name = ANY(?)";

    private final JdbcTemplate jdbc;
    private final IndexTransaction transaction;
    private final Schema schema;
    private final StoreDatabase database;

    QueueRows(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        transaction = new IndexTransaction(jdbc, database, "");
        this.schema = database.schema();
        this.database = database;
    }

    @Override
    public Set<String> paused() {
        return Set.copyOf(jdbc.queryForList(schema.in(PAUSED), String.class));
    }

    @Override
    public void pause(Collection<String> queues, Instant now) {
        Set<String> missing = new HashSet<>(queues);
        missing.removeAll(paused());
        for (String queue : missing) {
            try {
                update(PAUSE, queue, Parameters.stored(now).atOffset(ZoneOffset.UTC));
            } catch (DuplicateKeyException e) {
                // Another server was asked the same just now.
                continue;
            }
        }
        database.sync(jdbc);
    }

    @Override
    public void resume(Collection<String> queues) {
        update(RESUME, (Object) queues.toArray(String[]::new));
        database.sync(jdbc);
    }

    /** A pool of the application's may not commit by itself. */
    private void update(String statement, Object... values) {
        transaction.write(status -> jdbc.update(schema.in(statement), values));
    }
}

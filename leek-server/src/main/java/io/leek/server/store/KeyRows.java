package io.leek.server.store;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads who has keys for a time, and deletes those whose time is over. Not synced: it is done again. */
final class KeyRows {

    private static final String HOLDER = "SELECT jid FROM leek.unique_key WHERE unique_key = ? AND taken_until > ?";

    private static final String EXPIRED = """
            SELECT k.unique_key FROM leek.unique_key k WHERE k.taken_until <= ? ORDER BY k.taken_until
            FETCH FIRST ? ROWS ONLY
            """;

    private static final String DELETE = "DELETE FROM leek.unique_key WHERE unique_key = ANY(?)";

    private final JdbcTemplate jdbc;
    private final IndexTransaction transaction;
    private final String holder;
    private final String expired;
    private final String delete;

    KeyRows(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        transaction = new IndexTransaction(jdbc, database);
        holder = database.schema().in(HOLDER);
        // Whoever takes one at this moment keeps it.
        expired = database.schema().in(EXPIRED) + database.dialect().lockRows("k");
        delete = database.schema().in(DELETE);
    }

    /** The task that has a key for a time, finished or not. */
    Optional<String> holder(String key, Instant now) {
        return jdbc.queryForList(holder, String.class, key, parameter(now)).stream()
                .findAny();
    }

    int sweep(Instant expiredAt, int limit) {
        return transaction.write(status -> {
            List<String> keys = jdbc.queryForList(expired, String.class, parameter(expiredAt), limit);
            return keys.isEmpty() ? 0 : jdbc.update(delete, (Object) keys.toArray(String[]::new));
        });
    }

    private static Object parameter(Instant time) {
        return Parameters.stored(time).atOffset(ZoneOffset.UTC);
    }
}

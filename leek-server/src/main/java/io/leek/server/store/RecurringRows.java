package io.leek.server.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Table {@code recurring}. */
final class RecurringRows implements RecurringStore {

    private static final String ALL = """
            SELECT r.name, r.definition, r.declared_at, r.last_tick, r.last_jid, q.jid, q.due_at, q.attempts,
                   (SELECT l.seq FROM leek.lease l WHERE l.seq = q.seq)
            FROM leek.recurring r
            """;

    private static final String UPDATE = "UPDATE leek.recurring SET definition = ?, declared_at = ? WHERE name = ?";
    private static final String INSERT = "INSERT INTO leek.recurring (definition, declared_at, name) VALUES (?, ?, ?)";
    private static final String TICKED = "UPDATE leek.recurring SET last_tick = ?, last_jid = ? WHERE name = ?";
    private static final String RENAME = "UPDATE leek.recurring SET name = ? WHERE name = ?";
    private static final String FORGET = "DELETE FROM leek.recurring WHERE name = ?";

    private final JdbcTemplate jdbc;
    private final Schema schema;
    private final String all;
    private final IndexTransaction transaction;

    RecurringRows(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        this.schema = database.schema();
        String itsTask =
                database.dialect().lookUpOrNull("leek.queued_task", "q", "q.unique_key = 'recurring:' || r.name");
        all = schema.in(ALL + itsTask + " ORDER BY r.name");
        transaction = new IndexTransaction(jdbc, database);
    }

    @Override
    public List<Declared> all() {
        return transaction.read(status -> jdbc.query(all, RecurringRows::declared));
    }

    private static Declared declared(ResultSet row, int number) throws SQLException {
        String jid = row.getString(6);
        return new Declared(
                row.getString(1),
                row.getString(2),
                QueuedRows.time(row, 3),
                time(row, 4),
                row.getString(5),
                jid == null ? null : new Queued(jid, QueuedRows.time(row, 7), row.getInt(8), row.getObject(9) != null));
    }

    private static @Nullable Instant time(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    @Override
    public void declare(Map<String, String> definitions, Instant now) {
        definitions.forEach((name, definition) -> declare(name, definition, parameter(now)));
    }

    private void declare(String name, String definition, Object now) {
        if (update(UPDATE, definition, now, name) == 0) {
            try {
                update(INSERT, definition, now, name);
            } catch (DuplicateKeyException e) {
                // Another server's client has declared it just now.
                update(UPDATE, definition, now, name);
            }
        }
    }

    @Override
    public void ticked(String name, Instant tick, @Nullable String jid) {
        update(TICKED, parameter(tick), jid, name);
    }

    @Override
    public void rename(String name, String to) {
        try {
            update(RENAME, to, name);
        } catch (DuplicateKeyException e) {
            forget(name);
        }
    }

    @Override
    public void forget(String name) {
        update(FORGET, name);
    }

    /** A pool of the application's may not commit by itself. */
    private int update(String statement, @Nullable Object... values) {
        return transaction.write(status -> jdbc.update(schema.in(statement), values));
    }

    private static Object parameter(Instant time) {
        return Parameters.stored(time).atOffset(ZoneOffset.UTC);
    }
}

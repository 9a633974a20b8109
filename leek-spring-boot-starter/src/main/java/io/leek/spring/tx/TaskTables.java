package io.leek.spring.tx;

import io.leek.h2.Checkpoints;
import io.leek.log.OncePerMinute;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** Leek's tables in a database of the application, where there are any. */
final class TaskTables {

    private static final Logger log = LoggerFactory.getLogger(TaskTables.class);

    /** Of the tables that the statements here are written for. */
    private static final int VERSION = 7;

    private static final long LOOK_AGAIN_NANOS = 10_000_000_000L;

    private final TransactionalDatabase database;
    private final String schema;
    private final OncePerMinute said = new OncePerMinute();
    private volatile @Nullable Found found;
    private volatile long lookedAt = System.nanoTime() - LOOK_AGAIN_NANOS;

    TaskTables(DataSource dataSource, String schema) {
        database = new TransactionalDatabase(dataSource);
        this.schema = schema;
    }

    /**
     * @param storeId whose tables they are
     * @param checkpoints null where a commit that has returned is durable
     */
    record Found(String storeId, TaskSql sql, @Nullable Checkpoints checkpoints) {}

    JdbcTemplate jdbc() {
        return database.jdbc();
    }

    <T> T inOwnTransaction(Function<JdbcTemplate, T> work) {
        return database.inOwnTransaction(work);
    }

    boolean isInTransaction() {
        return database.isInTransaction();
    }

    /** The tables that a transaction on this database would write to; looked up through its connection. */
    Optional<Found> find() {
        Found known = found;
        boolean isOne = !(database.dataSource() instanceof AbstractRoutingDataSource);
        if (known != null && isOne) {
            return Optional.of(known);
        }
        long now = System.nanoTime();
        if (isOne && now - lookedAt < LOOK_AGAIN_NANOS) {
            return Optional.empty();
        }
        Optional<Found> there = Objects.requireNonNull(jdbc().execute(this::look));
        found = there.orElse(null);
        // Not before: another thread would take a look that is under way for one that found nothing.
        lookedAt = now;
        return there;
    }

    /** With a savepoint: on PostgreSQL a query that fails would end the application's transaction. */
    private Optional<Found> look(Connection connection) throws SQLException {
        Savepoint savepoint = connection.getAutoCommit() ? null : connection.setSavepoint();
        try {
            return read(connection);
        } catch (SQLException e) {
            if (savepoint != null) {
                connection.rollback(savepoint);
            }
            if (said.isDue("unreadable")) {
                log.warn(
                        "The tables in schema {} can't be read by this application's database user ({}): what it offloads in"
                                + " a transaction is sent after the commit. The rights that it needs are in"
                                + " docs/operations.md",
                        schema,
                        e.getMessage());
            }
            return Optional.empty();
        }
    }

    private Optional<Found> read(Connection connection) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        TaskSql sql = TaskSql.of(database.getDatabaseProductName(), schema).orElse(null);
        if (sql == null || !hasStore(connection, database)) {
            return Optional.empty();
        }
        try (PreparedStatement statement = connection.prepareStatement(sql.store());
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            int version = row.getInt(2);
            if (version != VERSION) {
                log.warn(
                        "The tables in schema {} are of version {}, this application knows version {}: what it offloads in"
                                + " a transaction is sent after the commit. Use the same version of Leek on both sides",
                        schema,
                        version,
                        VERSION);
                return Optional.empty();
            }
            return Optional.of(new Found(row.getObject(1, UUID.class).toString(), sql, Checkpoints.of(connection)));
        }
    }

    private boolean hasStore(Connection connection, DatabaseMetaData database) throws SQLException {
        boolean isUpper = database.storesUpperCaseIdentifiers();
        try (ResultSet tables =
                database.getTables(connection.getCatalog(), stored(schema, isUpper), stored("store", isUpper), null)) {
            return tables.next();
        }
    }

    private static String stored(String name, boolean isUpper) {
        return isUpper ? name.toUpperCase(Locale.ROOT) : name.toLowerCase(Locale.ROOT);
    }
}

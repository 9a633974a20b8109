package io.leek.spring.tx;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.node.ObjectNode;

/**
 * A table of the application's own in which tasks wait for the commit, for applications whose database does not keep the
 * tasks. What commits there is sent to the server afterwards, however often this process ends in between.
 */
public final class Outbox implements SmartInitializingSingleton {

    /** The table, in words that most databases know. */
    public static final String TABLE = """
            CREATE TABLE leek_outbox (
              id VARCHAR(64) PRIMARY KEY,
              payload TEXT NOT NULL,
              created_at TIMESTAMP(6) NOT NULL,
              refused VARCHAR(1000)
            )""";

    private static final int PAGE = 500;
    private static final int MAX_REASON = 1_000;

    private final Supplier<List<DataSource>> dataSources;
    private final ApplicationStores stores;
    private final Clock clock;
    private @Nullable TransactionalDatabase database;

    /** @param dataSources of the application; asked for once all beans are there */
    public Outbox(Supplier<List<DataSource>> dataSources, ApplicationStores stores, Clock clock) {
        this.dataSources = dataSources;
        this.stores = stores;
        this.clock = clock;
    }

    /**
     * Looks for the table, which the application's own migrations have made by now.
     *
     * @throws OutboxMissingException where no database of the application has it
     */
    @Override
    public void afterSingletonsInstantiated() {
        List<DataSource> all = dataSources.get();
        for (DataSource dataSource : all) {
            if (hasTable(dataSource)) {
                database = new TransactionalDatabase(dataSource);
                return;
            }
        }
        if (!stores.isOneTheServers()) {
            throw new OutboxMissingException(all.size());
        }
    }

    /** Whether there is one; without, the application's database keeps the tasks itself. */
    public boolean isUsed() {
        return database != null;
    }

    /** Keeps tasks with the current transaction, if that is one on the database with the table. */
    boolean keep(List<ObjectNode> tasks) {
        if (database == null || !database.isInTransaction()) {
            return false;
        }
        Timestamp now = Timestamp.from(clock.instant());
        database.jdbc()
                .batchUpdate(
                        "INSERT INTO leek_outbox (id, payload, created_at) VALUES (?, ?, ?)",
                        tasks,
                        tasks.size(),
                        (statement, task) -> {
                            statement.setString(1, task.path("jid").asString());
                            statement.setString(2, task.toString());
                            statement.setTimestamp(3, now);
                        });
        return true;
    }

    /** The oldest of those that are to be sent. */
    List<Kept> page() {
        return database == null
                ? List.of()
                : database.inOwnTransaction(jdbc -> {
                    jdbc.setMaxRows(PAGE);
                    return jdbc.query(
                            "SELECT id, payload FROM leek_outbox WHERE refused IS NULL ORDER BY created_at, id",
                            Outbox::kept);
                });
    }

    /** They are with the server. */
    void delete(List<Kept> sent) {
        if (database != null) {
            database.inOwnTransaction(jdbc -> jdbc.batchUpdate(
                    "DELETE FROM leek_outbox WHERE id = ?",
                    sent,
                    sent.size(),
                    (statement, kept) -> statement.setString(1, kept.id())));
        }
    }

    /** The server does not take it; it stays, with the reason. */
    void refused(Kept task, String reason) {
        String cut = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON);
        if (database != null) {
            database.inOwnTransaction(
                    jdbc -> jdbc.update("UPDATE leek_outbox SET refused = ? WHERE id = ?", cut, task.id()));
        }
    }

    private static Kept kept(ResultSet row, int number) throws SQLException {
        return new Kept(row.getString(1), row.getString(2));
    }

    private static boolean hasTable(DataSource dataSource) {
        try {
            new JdbcTemplate(dataSource).queryForList("SELECT id, payload, refused FROM leek_outbox WHERE 1 = 0");
            return true;
        } catch (DataAccessException e) {
            return false;
        }
    }

    /** A task that has committed and waits to be sent. */
    record Kept(String id, String payload) {}
}

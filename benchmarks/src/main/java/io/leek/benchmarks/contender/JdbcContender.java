package io.leek.benchmarks.contender;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What the database alone can do: an insert and a commit for a task, a batch and a commit for many, and one thread that
 * moves a thousand rows in a transaction. Durable on each store: H2 is told to sync.
 */
final class JdbcContender implements Contender {

    private static final int BATCH = 1_000;
    private static final String INSERT = "INSERT INTO task (argument) VALUES (?)";

    private @Nullable DataSource dataSource;
    private boolean syncs;
    private @Nullable Thread worker;
    private volatile boolean closed;

    @Override
    public void start(ApplicationContext application, Workers workers) throws Exception {
        DataSource source = application.getBean(DataSource.class);
        dataSource = source;
        closed = false;
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            syncs = connection.getMetaData().getDatabaseProductName().equals("H2");
            statement.execute("CREATE TABLE IF NOT EXISTS task (argument VARCHAR(30) PRIMARY KEY)");
            statement.execute("CREATE TABLE IF NOT EXISTS done (argument VARCHAR(30) PRIMARY KEY)");
        }
        if (workers != Workers.NONE) {
            worker = new Thread(this::work, "worker");
            worker.start();
        }
    }

    @Override
    public void enqueue(String argument) throws SQLException {
        try (Connection connection = connection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, argument);
            insert.executeUpdate();
            sync(connection);
        }
    }

    @Override
    public void enqueueAll(List<String> arguments) throws SQLException {
        try (Connection connection = connection()) {
            connection.setAutoCommit(false);
            batch(connection, INSERT, arguments);
            connection.commit();
            sync(connection);
            connection.setAutoCommit(true);
        }
    }

    @Override
    public void enqueueInTransaction(String argument) throws SQLException {
        enqueueAllInTransaction(List.of(argument));
    }

    @Override
    public void enqueueAllInTransaction(List<String> arguments) throws SQLException {
        DataSource source = Objects.requireNonNull(dataSource, "not started");
        Connection connection = DataSourceUtils.getConnection(source);
        try {
            for (int from = 0; from < arguments.size(); from += BATCH) {
                batch(connection, INSERT, arguments.subList(from, Math.min(from + BATCH, arguments.size())));
            }
        } finally {
            DataSourceUtils.releaseConnection(connection, source);
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                syncCommitted();
            }
        });
    }

    /** Of its own thread, which looks all the time while there is something to do. */
    @Override
    public Duration pollInterval() {
        return Duration.ofMillis(1);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        if (worker != null) {
            worker.join();
            worker = null;
        }
    }

    private void work() {
        try (Connection connection = connection()) {
            connection.setAutoCommit(false);
            while (!closed) {
                if (!moveBatch(connection)) {
                    Thread.sleep(pollInterval().toMillis());
                }
            }
            connection.setAutoCommit(true);
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean moveBatch(Connection connection) throws SQLException {
        List<String> arguments = new ArrayList<>(BATCH);
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT argument FROM task ORDER BY argument LIMIT " + BATCH);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                arguments.add(rows.getString(1));
            }
        }
        arguments.forEach(Runs::ran);
        if (!arguments.isEmpty()) {
            batch(connection, "DELETE FROM task WHERE argument = ?", arguments);
            batch(connection, "INSERT INTO done (argument) VALUES (?)", arguments);
        }
        connection.commit();
        if (!arguments.isEmpty()) {
            sync(connection);
        }
        return !arguments.isEmpty();
    }

    private static void batch(Connection connection, String sql, List<String> arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (String argument : arguments) {
                statement.setString(1, argument);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private void syncCommitted() {
        try (Connection connection = connection()) {
            sync(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void sync(Connection connection) throws SQLException {
        if (syncs) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CHECKPOINT SYNC");
            }
        }
    }

    private Connection connection() throws SQLException {
        return Objects.requireNonNull(dataSource, "not started").getConnection();
    }
}

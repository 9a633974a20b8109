package io.leek.server.store;

import static io.leek.server.store.Changes.insert;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** A file of H2 as a kill may leave it: with what a transaction had written, without the record that would undo it. */
class LeftoversTest {

    private static final String COPY =
            "INSERT INTO leek.queued_task (jid, name, queue, priority, due_at, enqueued_at, payload)"
                    + " SELECT '%s', name, queue, priority, due_at, enqueued_at, payload FROM leek.queued_task"
                    + " WHERE jid = 'task-0001'";

    @TempDir
    Path dir;

    private OpenStore killed;

    @BeforeEach
    void open() {
        killed = at("killed");
        killed.store().apply(List.of(insert("task-0001"), insert("task-0002"), insert("task-0003")));
        killed.store().beat("server-1");
    }

    @AfterEach
    void close() {
        killed.close();
    }

    private OpenStore at(String folder) {
        return OpenStore.open(new StoreSettings.Location.File(dir.resolve(folder)), Clock.systemUTC());
    }

    @Test
    void whatAnUncommittedTransactionHadWrittenIsUndone() throws Exception {
        leave(
                COPY.formatted("task-0004"),
                "DELETE FROM leek.queued_task WHERE jid = 'task-0002'",
                "UPDATE leek.queued_task SET priority = 9 WHERE jid = 'task-0003'");

        try (OpenStore after = at("after");
                Transactions all = new Transactions(after.sql())) {
            for (Statement statement : all.statements) {
                assertThat(jids(statement)).containsExactly("task-0001 5", "task-0002 5", "task-0003 5");
            }
            // A unique index counts what is left of an uncommitted row.
            assertThat(after.store().apply(List.of(insert("task-0004"))).get(0)).isInstanceOf(Outcome.Done.class);
        }
    }

    @Test
    void whatTheApplicationHadWrittenIsUndoneToo() throws Exception {
        killed.sql().execute("CREATE TABLE pet (id BIGINT PRIMARY KEY, name VARCHAR UNIQUE)");
        leave("INSERT INTO pet VALUES (1, 'Rex')");

        try (OpenStore after = at("after");
                Transactions all = new Transactions(after.sql())) {
            for (Statement statement : all.statements) {
                statement.execute("SELECT * FROM pet");
                assertThat(statement.getResultSet().next()).isFalse();
            }
            assertThat(after.sql().update("INSERT INTO pet VALUES (2, 'Rex')")).isOne();
        }
    }

    @Test
    void transactionsThatAreUnderWayGoOn() throws Exception {
        try (Connection application = connect(killed.sql());
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute(COPY.formatted("task-0004"));
            statement.execute("DELETE FROM leek.queued_task WHERE jid = 'task-0002'");

            StoreDatabase database = StoreDatabase.open(
                    new StoreSettings(new StoreSettings.Location.Jdbc(url("killed"), "sa", ""), "leek", true));
            try (database) {
                new Leftovers(database).undo();
            }
            application.commit();
            assertThat(jids(statement)).containsExactly("task-0001 5", "task-0003 5", "task-0004 5");
        }
    }

    /** Copies the file in the middle of a transaction, as if H2 had written the rows and not yet the undo log. */
    private void leave(String... statements) throws Exception {
        try (Connection connection = connect(killed.sql());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String change : statements) {
                assertThat(statement.executeUpdate(change)).isOne();
            }
            MVStore file = ((SessionLocal)
                            connection.unwrap(JdbcConnection.class).getSession())
                    .getDatabase()
                    .getStore()
                    .getMvStore();
            file.getMapNames().stream()
                    .filter(name -> name.startsWith("undoLog"))
                    .forEach(name -> file.openMap(name).clear());
            file.commit();
            Files.createDirectories(dir.resolve("after"));
            Files.copy(dir.resolve("killed/leek.mv.db"), dir.resolve("after/leek.mv.db"));
            // What follows in the file that was not killed is of no interest.
            killed.sql().execute("SHUTDOWN IMMEDIATELY");
        }
    }

    private String url(String folder) {
        return "jdbc:h2:file:" + dir.resolve(folder).toAbsolutePath().resolve("leek");
    }

    private static Connection connect(JdbcTemplate sql) throws SQLException {
        return sql.getDataSource().getConnection();
    }

    private static List<String> jids(Statement statement) throws SQLException {
        List<String> found = new ArrayList<>();
        try (var rows = statement.executeQuery("SELECT jid, priority FROM leek.queued_task ORDER BY jid")) {
            while (rows.next()) {
                found.add(rows.getString(1) + " " + rows.getInt(2));
            }
        }
        return found;
    }

    /** Several at once, for one of them to have the number of the one that was killed. */
    private static final class Transactions implements AutoCloseable {

        private final List<Connection> connections = new ArrayList<>();
        private final List<Statement> statements = new ArrayList<>();

        Transactions(JdbcTemplate sql) throws SQLException {
            for (int i = 0; i < 10; i++) {
                Connection connection = connect(sql);
                connections.add(connection);
                connection.setAutoCommit(false);
                Statement statement = connection.createStatement();
                statement.execute("SELECT count(*) FROM leek.store");
                statements.add(statement);
            }
        }

        @Override
        public void close() throws SQLException {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }
}

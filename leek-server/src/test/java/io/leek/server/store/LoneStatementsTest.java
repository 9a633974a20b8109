package io.leek.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class LoneStatementsTest {

    private static final String WAIT = "SELECT current_setting('lock_timeout')";

    private final StoreSettings.Location.Jdbc database = Postgres.newDatabase();

    @AutoClose
    private final HikariDataSource pool = new HikariDataSource();

    private final JdbcTemplate jdbc = new JdbcTemplate(pool);
    private final LoneStatements statements =
            new LoneStatements(jdbc, Dialect.POSTGRESQL.set(List.of("set_config('lock_timeout', '123ms', true)")));

    @BeforeEach
    void setUpPool() {
        pool.setJdbcUrl(database.url());
        pool.setUsername(database.username());
        pool.setPassword(database.password());
        pool.setMaximumPoolSize(1);
    }

    @Test
    void theSettingsHoldForTheStatementAlone() {
        assertThat(run(WAIT)).containsExactly("123ms");

        assertThat(jdbc.queryForObject(WAIT, String.class)).isEqualTo("0");
    }

    @Test
    void whatAStatementDidIsCommittedAlsoOnAPoolThatLeavesThatToOthers() {
        pool.setAutoCommit(false);

        Postgres.sql(database).execute("CREATE TABLE kept (id INTEGER)");

        assertThat(run("INSERT INTO kept VALUES (1) RETURNING 'done'")).containsExactly("done");

        assertThat(Postgres.sql(database).queryForList("SELECT id FROM kept", Integer.class))
                .containsExactly(1);
    }

    @Test
    void oneThatFailsChangesNothing() {
        Postgres.sql(database).execute("CREATE TABLE few (id INTEGER PRIMARY KEY)");

        assertThatThrownBy(() -> run("INSERT INTO few SELECT id / 2 FROM generate_series(2, 5) AS id RETURNING 'done'"))
                .isInstanceOf(DuplicateKeyException.class);

        assertThat(Postgres.sql(database).queryForList("SELECT id FROM few")).isEmpty();
        assertThat(run("INSERT INTO few VALUES (1) RETURNING 'done'")).containsExactly("done");
    }

    @Test
    void oneThatFailsLeavesTheConnectionAsItWas() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            LoneStatements own =
                    new LoneStatements(new JdbcTemplate(new SingleConnectionDataSource(connection, true)), "");

            assertThatThrownBy(() -> own.query(given -> given.prepareStatement("SELECT 1 / 0"), (row, number) -> ""))
                    .isInstanceOf(DataIntegrityViolationException.class);

            assertThat(connection.getAutoCommit()).isFalse();
        }
    }

    @Test
    void theSettingsHoldHoweverOftenAStatementIsUsed() {
        String sql = "SELECT repeat(CAST(? AS TEXT), 2) || " + WAIT.substring("SELECT ".length());

        for (int i = 1; i <= 20; i++) {
            String number = i + " ";
            assertThat(statements.query(
                            connection -> {
                                PreparedStatement statement = connection.prepareStatement(statements.withSettings(sql));
                                statement.setString(1, number);
                                return statement;
                            },
                            (row, index) -> row.getString(1)))
                    .containsExactly(number + number + "123ms");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"preferQueryMode=simple", "stringtype=unspecified", "prepareThreshold=-1"})
    void whereTheDriverPartsThemTheyAreNotUsed(String setting) {
        assertThat(LoneStatements.arePossible(pool)).isTrue();

        assertThat(LoneStatements.arePossible(
                        new DriverManagerDataSource(database.url() + "?" + setting, "postgres", "postgres")))
                .isFalse();
    }

    private List<String> run(String sql) {
        return statements.query(
                connection -> connection.prepareStatement(statements.withSettings(sql)),
                (row, number) -> row.getString(1));
    }
}

package io.leek.server.store;

import static io.leek.server.store.Changes.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.leek.server.store.StoreException.Kind;
import java.io.BufferedReader;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@Timeout(120)
class OpeningTest {

    @TempDir
    Path dir;

    /** The database of an application, by its JDBC URL. */
    private StoreSettings.Location.Jdbc database(Dialect dialect) {
        return dialect == Dialect.POSTGRESQL
                ? Postgres.newDatabase()
                : new StoreSettings.Location.Jdbc("jdbc:h2:file:" + dir.resolve("app"), "sa", "");
    }

    private static OpenStore open(StoreSettings.Location location) {
        return OpenStore.open(location, Clock.systemUTC());
    }

    private static StoreException refusal(StoreSettings settings) {
        StoreException[] found = new StoreException[1];
        Exception thrown = catchThrowableOfType(Exception.class, () -> OpenStore.open(settings, Clock.systemUTC())
                .close());
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoreException store) {
                found[0] = store;
            }
        }
        assertThat(found[0]).as("refusal in %s", thrown).isNotNull();
        return found[0];
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void tablesOfANewerLeekAreRefused(Dialect dialect) {
        StoreSettings.Location location = database(dialect);
        try (OpenStore store = open(location)) {
            store.sql().update("UPDATE leek.store SET version = 99");
        }

        StoreException refusal = refusal(new StoreSettings(location, "leek", true));

        assertThat(refusal.kind()).isEqualTo(Kind.SCHEMA_NEWER);
        assertThat(refusal)
                .hasMessageContaining("version 99")
                .hasMessageContaining("versions up to " + Migrator.VERSION);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void withoutMigrationTheStatementsToRunAreSaidAndWork(Dialect dialect) {
        StoreSettings.Location.Jdbc location = database(dialect);
        StoreSettings settings = new StoreSettings(location, "leek", false);

        StoreException refusal = refusal(settings);
        assertThat(refusal.kind()).isEqualTo(Kind.SCHEMA_MISSING);
        String statements = refusal.getMessage().substring(refusal.getMessage().indexOf("CREATE SCHEMA"));
        new JdbcTemplate(new DriverManagerDataSource(location.url(), location.username(), location.password()))
                .execute(statements);

        try (OpenStore store = OpenStore.open(settings, Clock.systemUTC())) {
            assertThat(store.store().apply(List.of(insert("task-0001"))).get(0)).isInstanceOf(Outcome.Done.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void tablesOfAnOlderLeekAreUpgradedWithTheirTasks(Dialect dialect) throws Exception {
        StoreSettings.Location.Jdbc location = database(dialect);
        JdbcTemplate sql =
                new JdbcTemplate(new DriverManagerDataSource(location.url(), location.username(), location.password()));
        String first = "/" + dialect.migrations() + "/V1__tables.sql";
        String schema = dialect == Dialect.H2 ? "LEEK" : "leek";
        try (InputStream tables = getClass().getResourceAsStream(first)) {
            sql.execute("CREATE SCHEMA leek; " + dialect.useSchema(new Schema(schema))
                    + new String(tables.readAllBytes(), StandardCharsets.UTF_8));
        }
        sql.update("INSERT INTO leek.queued_task (jid, name, payload) VALUES ('task-0001', 'n', '{}')");

        StoreException refusal = refusal(new StoreSettings(location, "leek", false));
        assertThat(refusal.kind()).isEqualTo(Kind.SCHEMA_MISSING);
        assertThat(refusal.getMessage())
                .contains("found version 1", "CREATE TABLE attempt")
                .doesNotContain("CREATE TABLE queued_task");

        try (OpenStore store = open(location)) {
            assertThat(store.sql().queryForObject("SELECT version FROM leek.store", Integer.class))
                    .isEqualTo(Migrator.VERSION);
            assertThat(store.store().find("task-0001")).isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void theTablesHaveTheVersionThatIsKnown(Dialect dialect) {
        try (OpenStore store = open(database(dialect))) {
            assertThat(store.sql().queryForObject("SELECT version FROM leek.store", Integer.class))
                    .isEqualTo(Migrator.VERSION);
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void anApplicationsOwnFlywayAndTablesAreUntouched(Dialect dialect) throws Exception {
        StoreSettings.Location.Jdbc location = database(dialect);
        Path migrations = Files.createDirectory(dir.resolve("migrations"));
        Files.writeString(migrations.resolve("V1__app.sql"), "CREATE TABLE queued_task (id INT PRIMARY KEY)");
        DataSource application = new DriverManagerDataSource(location.url(), location.username(), location.password());
        Flyway flyway = Flyway.configure()
                .dataSource(application)
                .locations("filesystem:" + migrations)
                .load();

        try (OpenStore store = open(location)) {
            store.store().apply(List.of(insert("task-0001")));
            assertThat(flyway.migrate().migrationsExecuted).isEqualTo(1);
            store.sql().update("INSERT INTO queued_task VALUES (1)");
            assertThat(store.store().find("task-0001")).isPresent();
        }

        Files.writeString(migrations.resolve("V2__app.sql"), "ALTER TABLE queued_task ADD COLUMN note VARCHAR(10)");
        try (OpenStore store = open(location)) {
            assertThat(flyway.migrate().migrationsExecuted).isEqualTo(1);
            assertThat(store.store().find("task-0001")).isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void theSchemaMayHaveAnotherName(Dialect dialect) {
        StoreSettings settings = new StoreSettings(database(dialect), "Work_Queue", true);
        try (OpenStore store = OpenStore.open(settings, Clock.systemUTC())) {
            store.store().apply(List.of(insert("task-0001")));
            assertThat(store.store().find("task-0001")).isPresent();
            assertThat(store.sql().queryForObject("SELECT COUNT(*) FROM work_queue.queued_task", Integer.class))
                    .isEqualTo(1);
        }
    }

    @Test
    void aUserWhoMayNotCreateTheSchemaIsToldTheStatement() {
        StoreSettings.Location.Jdbc database = Postgres.newDatabase();
        JdbcTemplate admin = Postgres.sql(database);
        admin.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'");
        StoreSettings.Location.Jdbc asUser = new StoreSettings.Location.Jdbc(database.url(), "plain", "plain");

        StoreException refusal = refusal(new StoreSettings(asUser, "leek", true));

        assertThat(refusal.kind()).isEqualTo(Kind.SCHEMA_NOT_CREATABLE);
        String message = refusal.getMessage();
        admin.execute(message.substring(message.indexOf("CREATE SCHEMA")));
        try (OpenStore store = open(asUser)) {
            assertThat(store.store().id()).isNotEmpty();
        }
    }

    @Test
    void theApplicationsPoolStaysOpenAndItsDatabaseAsItWas() {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl("jdbc:h2:file:" + dir.resolve("app"));
            pool.setUsername("sa");
            pool.setPassword("");
            JdbcTemplate application = new JdbcTemplate(pool);
            String settings = "SELECT LISTAGG(setting_name || '=' || setting_value, ',') WITHIN GROUP (ORDER BY"
                    + " setting_name) FROM information_schema.settings WHERE setting_name NOT LIKE 'info%'";
            String before = application.queryForObject(settings, String.class);
            try (OpenStore store = open(new StoreSettings.Location.Pool(pool))) {
                store.store().apply(List.of(insert("task-0001")));
                assertThat(store.store().isExclusive()).isFalse();
            }

            assertThat(application.queryForObject("SELECT COUNT(*) FROM leek.queued_task", Integer.class))
                    .isEqualTo(1);
            assertThat(application.queryForObject(settings, String.class)).isEqualTo(before);
        }
    }

    @Test
    void aDataFolderThatAnotherProcessHasOpenIsRefusedInOneLine() throws Exception {
        Process other = ChildStore.start(dir, ChildStore.Says.STORED);
        try (BufferedReader lines = other.inputReader()) {
            assertThat(lines.readLine()).isEqualTo(ChildStore.READY);

            StoreException refusal = refusal(new StoreSettings(new StoreSettings.Location.File(dir), "leek", true));

            assertThat(refusal.kind()).isEqualTo(Kind.LOCKED);
            assertThat(refusal.getMessage())
                    .contains(dir.toString(), "another process")
                    .doesNotContain("\n");
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void aFileThatIsNoStoreIsUnreadable() throws Exception {
        Files.writeString(dir.resolve("leek.mv.db"), "not a database ".repeat(1000));

        StoreException refusal = refusal(new StoreSettings(new StoreSettings.Location.File(dir), "leek", true));

        assertThat(refusal.kind()).isEqualTo(Kind.UNREADABLE);
    }

    @Test
    void aDataFolderThatCannotBeMadeIsUnreachable() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "");

        StoreException refusal =
                refusal(new StoreSettings(new StoreSettings.Location.File(file.resolve("sub")), "leek", true));

        assertThat(refusal.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(NestedExceptionUtils.getRootCause(refusal)).isInstanceOf(java.io.IOException.class);
    }

    @Test
    void aStoreOpensAndClosesAnyNumberOfTimes() {
        for (int round = 0; round < 5; round++) {
            try (OpenStore store = open(new StoreSettings.Location.File(dir))) {
                assertThat(store.store().id()).isNotEmpty();
            }
        }
    }
}

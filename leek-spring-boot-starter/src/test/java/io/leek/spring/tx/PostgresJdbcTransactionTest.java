package io.leek.spring.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.TaskHandle;
import io.leek.task.InvalidTaskException;
import io.leek.task.TaskRecord;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class PostgresJdbcTransactionTest extends JdbcTransactionContract {

    private final EmbeddedPostgres postgres = startPostgres();

    @Override
    Map<String, Object> settings(Path folder) {
        return Map.of(
                "spring.datasource.url",
                postgres.getJdbcUrl("postgres", "postgres"),
                "spring.datasource.username",
                "postgres");
    }

    @Override
    void stopDatabase() throws IOException {
        postgres.close();
    }

    static EmbeddedPostgres startPostgres() {
        try {
            return EmbeddedPostgres.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aUserOfTheRightsThatTheDocumentsNameMayWriteAndEndTasks() throws IOException {
        String grants = Files.readString(Path.of("..", "docs", "operations.md"))
                .lines()
                .filter(line -> line.startsWith("GRANT "))
                .collect(Collectors.joining("\n"));
        assertThat(grants.lines()).hasSize(7);
        rights("app", grants);
        DriverManagerDataSource app = as("app");
        ApplicationStores stores = stores(app);
        new TransactionTemplate(new JdbcTransactionManager(app)).executeWithoutResult(status -> {
            ApplicationStores.Joined store = stores.current().orElseThrow();
            JdbcTemplate jdbc = store.tables().jdbc();
            TaskRecord task = record("rights-0001");
            assertThat(store.sql().insert(jdbc, List.of(task))).hasSize(1);
            assertThat(store.sql().complete(jdbc, task.jid(), "no lease", null)).isFalse();
            assertThat(store.sql().insertOne(jdbc, record("rights-0002"))).isPresent();
            assertThat(store.sql().insertOne(jdbc, hourly("rights-0003"))).isPresent();
            assertThat(store.sql().insertOne(jdbc, hourly("rights-0004"))).isEmpty();
            assertThat(store.sql().holder(jdbc, "hourly")).contains("rights-0003");
            status.setRollbackOnly();
        });
    }

    @Test
    void aKeyThatAnotherHasTakenForATimeSinceItWasLookedForIsItsOwn() {
        sqlOfAnother("""
                CREATE FUNCTION raced() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN
                  INSERT INTO leek.unique_key VALUES ('raced', 'elsewhere-1', '2100-01-01 00:00:00Z');
                  RETURN NEW;
                END $$;
                CREATE TRIGGER raced BEFORE INSERT ON leek.queued_task
                FOR EACH ROW WHEN (NEW.unique_key = 'raced') EXECUTE FUNCTION raced()
                """);

        TaskHandle<?> handle = transaction.execute(status -> {
            TaskHandle<?> offloaded =
                    leek.with().queue(STILL).key("raced", Duration.ofHours(1)).offload(() -> ledger.book(50));
            status.setRollbackOnly();
            assertThat(jdbc.queryForObject(
                            "SELECT count(*) FROM leek.queued_task WHERE unique_key = 'raced'", Integer.class))
                    .as("rows of its own")
                    .isZero();
            return offloaded;
        });

        assertThat(handle.isNew()).isFalse();
        assertThat(handle.id()).isEqualTo("elsewhere-1");
    }

    @Test
    void tablesThatTheUserMayNotReadLeaveItsTransactionAlone() {
        rights("stranger", "");
        DriverManagerDataSource stranger = as("stranger");
        ApplicationStores stores = stores(stranger);

        new TransactionTemplate(new JdbcTransactionManager(stranger)).executeWithoutResult(status -> {
            assertThat(stores.current()).isEmpty();
            assertThat(new JdbcTemplate(stranger).queryForObject("SELECT 1", Integer.class))
                    .isOne();
        });
    }

    private void rights(String user, String grants) {
        new JdbcTemplate(as("postgres")).execute("CREATE ROLE " + user + " LOGIN; " + grants);
    }

    private DriverManagerDataSource as(String user) {
        return new DriverManagerDataSource(postgres.getJdbcUrl(user, "postgres"));
    }

    private static ApplicationStores stores(DataSource dataSource) {
        return new ApplicationStores(() -> List.of(dataSource), () -> null, "leek");
    }

    private static TaskRecord record(String jid) {
        return record(jid, "{}");
    }

    private static TaskRecord hourly(String jid) {
        return record(jid, "{\"leek\":{\"key\":\"hourly\",\"key_for_ms\":3600000}}");
    }

    private static TaskRecord record(String jid, String custom) {
        try {
            return TaskRecord.parse(
                    "{\"jid\":\"" + jid + "\",\"jobtype\":\"n\",\"args\":[],\"custom\":" + custom + "}");
        } catch (InvalidTaskException e) {
            throw new AssertionError(e);
        }
    }
}

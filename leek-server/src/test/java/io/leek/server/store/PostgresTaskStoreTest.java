package io.leek.server.store;

import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.insert;
import static io.leek.server.store.Changes.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.leek.task.TaskState;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;

class PostgresTaskStoreTest extends SqlTaskStoreContract {

    @Override
    StoreSettings.Location location() {
        return Postgres.newDatabase();
    }

    @Test
    void aNulInANameIsRefusedAlone() {
        List<Outcome> outcomes = store.apply(List.of(insert("task-0001"), insert("task\0-0002"), insert("task-0003")));

        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Done.class);
        assertThat(outcomes.get(1).toString()).contains("a character that the database can't store");
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aDatabaseOfItsOwnIsNotExclusiveAndDescribedWithoutSecrets() {
        assertThat(store.isExclusive()).isFalse();
        assertThat(store.description())
                .startsWith("PostgreSQL 18")
                .contains("schema leek")
                .doesNotContain("?");
    }

    @Test
    void theDatabaseHasAClockOfItsOwn() {
        Instant before = Instant.now();

        assertThat(store.databaseTime())
                .as("whatever the server's clock says, and PostgreSQL runs on this machine")
                .isBetween(before.minusMillis(1), Instant.now().plusMillis(1));
    }

    @Test
    void aConflictIsNoRefusalAndTheChangesMayBeMadeAgain() {
        store.apply(List.of(insert("task-0001"), claim("task-0001", "t")));
        List<Change> changes = List.of(insert("task-0002"), succeed("task-0001", "t"));
        open.sql().execute("""
                CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$;
                CREATE TRIGGER conflict BEFORE DELETE ON leek.queued_task
                FOR EACH ROW EXECUTE FUNCTION conflict()
                """);
        try {
            assertThatThrownBy(() -> store.apply(changes)).isInstanceOf(ConcurrencyFailureException.class);
        } finally {
            open.sql().execute("DROP FUNCTION conflict CASCADE");
        }

        assertThat(store.apply(changes)).allMatch(Outcome.Done.class::isInstance);
    }

    @Test
    void whatOfABatchWasCommittedIsNotDeniedThoughTheRestFails() {
        store.apply(List.of(insert("task-0001")));
        open.sql().execute("CREATE SEQUENCE leek.inserts");
        open.sql().execute("""
                CREATE FUNCTION leek.second_fails() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF nextval('leek.inserts') = 2 THEN RAISE EXCEPTION 'the second insert fails'; END IF;
                  RETURN NULL;
                END $$""");
        open.sql()
                .execute(
                        "CREATE TRIGGER second_fails AFTER INSERT ON leek.queued_task EXECUTE FUNCTION leek.second_fails()");

        List<Outcome> outcomes = store.apply(List.of(insert("task-0001"), insert("task-0002")));
        open.sql().execute("DROP FUNCTION leek.second_fails CASCADE");
        open.sql().execute("DROP SEQUENCE leek.inserts");

        assertThat(outcomes.get(0)).as("to be asked for again").isEqualTo(new Outcome.Busy());
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Done.class);
        assertThat(store.apply(List.of(insert("task-0001")))).containsExactly(new Outcome.Known());
    }

    @Test
    @Timeout(60)
    void aRowThatSomebodyChangesMeanwhileIsMovedAllTheSame() throws Exception {
        store.apply(List.of(insert("task-0001"), insert("task-0002")));
        store.apply(List.of(claim("task-0001", "t1"), claim("task-0002", "t2")));
        CompletableFuture<List<Outcome>> ends;
        try (Connection other = open.sql().getDataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE leek.queued_task SET priority = 9 WHERE jid = 'task-0001'");
            ends = CompletableFuture.supplyAsync(
                    () -> store.apply(List.of(succeed("task-0001", "t1"), succeed("task-0002", "t2"))));
            String waits = "SELECT COUNT(*) FROM pg_stat_activity, pg_sleep(0.01)"
                    + " WHERE datname = current_database() AND wait_event_type = 'Lock'";
            while (!ends.isDone() && open.sql().queryForObject(waits, Integer.class) == 0) {
                Thread.onSpinWait();
            }
            other.commit();
        }

        assertThat(ends.join().get(0)).as("busy where the machine is slow").isNotInstanceOf(Outcome.Lost.class);
        assertThat(ends.join().get(1)).isInstanceOf(Outcome.Done.class);
        store.apply(List.of(succeed("task-0001", "t1")));
        assertThat(store.find("task-0001"))
                .hasValueSatisfying(task -> assertThat(task.state()).isEqualTo(TaskState.SUCCESS));
    }

    @Test
    void samplesAreReadByKeyAndInItsOrder() {
        assertThat(plan(Samples.FAILED, "arguments", new String[] {"a"}, "task-0001", 100))
                .contains("failed_task_jid")
                .doesNotContain("Seq Scan", "Sort");
        assertThat(plan(Samples.QUEUED, new String[] {"a"}, 1L, 100))
                .contains("queued_task_pk")
                .doesNotContain("Seq Scan", "Sort");
    }

    @Test
    void aServerThatGoesOnUnderTablesOfANewerLeekSaysSoOnce() {
        String here = Thread.currentThread().getName();
        ListAppender<ILoggingEvent> said = new ListAppender<>() {
            @Override
            protected void append(ILoggingEvent event) {
                // The same runs elsewhere on other databases.
                if (event.getThreadName().equals(here)) {
                    super.append(event);
                }
            }
        };
        said.start();
        Logger log = (Logger) LoggerFactory.getLogger(TableVersion.class);
        log.addAppender(said);
        try (OpenStore own = OpenStore.open(Postgres.newDatabase(), clock)) {
            own.store().beat("server-1");
            assertThat(said.list).isEmpty();

            own.sql().update("UPDATE leek.store SET version = 1000");
            own.store().beat("server-1");
            own.store().beat("server-1");

            assertThat(said.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .singleElement()
                    .asString()
                    .contains("to version 1000", "up to version " + Migrator.VERSION, "Stop it");
        } finally {
            log.detachAppender(said);
        }
    }

    private String plan(String query, Object... parameters) {
        JdbcTemplate sql = open.sql();
        IndexTransaction byIndex =
                new IndexTransaction(sql, Dialect.POSTGRESQL.set(Dialect.POSTGRESQL.goByIndex()), null);
        List<String> lines = byIndex.read(status -> sql.queryForList("EXPLAIN " + query, String.class, parameters));
        return String.join("\n", lines);
    }

    @Test
    void aPurgePassesOverWhatAnotherServerHasInHand() throws Exception {
        for (String jid : List.of("task-0001", "task-0002")) {
            store.apply(List.of(insert(jid), claim(jid, "t"), succeed(jid, "t")));
        }
        try (Connection other = open.sql().getDataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT jid FROM leek.success_task WHERE jid = 'task-0001' FOR UPDATE");

            assertThat(store.purge(TaskState.SUCCESS, NOW.plusSeconds(2), 10)).isEqualTo(1);
            other.rollback();
        }

        assertThat(store.find("task-0001")).isPresent();
        assertThat(store.find("task-0002")).isEmpty();
    }
}

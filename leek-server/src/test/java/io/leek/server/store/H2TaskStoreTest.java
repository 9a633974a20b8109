package io.leek.server.store;

import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.leek.h2.Checkpoints;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

class H2TaskStoreTest extends SqlTaskStoreContract {

    @TempDir
    static Path dir;

    @Override
    StoreSettings.Location location() {
        return new StoreSettings.Location.File(dir.resolve("not/yet/there"));
    }

    @Test
    void leeksOwnFileIsInTheDataFolderAndExclusive() {
        assertThat(Files.exists(dir.resolve("not/yet/there/leek.mv.db"))).isTrue();
        assertThat(store.isExclusive()).isTrue();
        assertThat(store.description()).startsWith("H2 2.").contains("leek").doesNotContain(";");
    }

    @Test
    void theServersClockIsTheOnlyOne() {
        assertThat(store.databaseTime()).isEqualTo(clock.instant());
    }

    @Test
    void aDatabaseThatClosedItselfIsOpenedAgainAfterOneFailure() {
        store.apply(List.of(insert("task-0001")));
        store.beats();
        open.sql().execute("SHUTDOWN IMMEDIATELY");

        assertThatThrownBy(() -> store.find("task-0001")).hasMessageContaining("closed");
        assertThat(store.find("task-0001")).isPresent();
        assertThat(store.apply(List.of(claim("task-0001", "t"))).get(0)).isInstanceOf(Outcome.Done.class);
        assertThat(store.leased()).hasSize(1);
    }

    @Test
    @Timeout(60)
    void changesAreCommittedBetweenCheckpoints() throws Exception {
        Thread committing = new Thread(() -> store.apply(List.of(insert("task-0001"))));

        try (Connection connection = open.sql().getDataSource().getConnection()) {
            Checkpoints.of(connection).write(whoseCheckpointIs(() -> {
                committing.start();
                while (committing.getState() != Thread.State.WAITING && committing.isAlive()) {
                    Thread.onSpinWait();
                }
                assertThat(store.find("task-0001")).isEmpty();
            }));
        }
        committing.join();

        assertThat(store.find("task-0001")).isPresent();
    }

    @Test
    @Timeout(60)
    void whoHasTheOnlyConnectionOfAPoolCommitsWhileACheckpointWaitsForIt(@TempDir Path folder) throws Exception {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl("jdbc:h2:file:" + folder.toAbsolutePath().resolve("application"));
            pool.setMaximumPoolSize(1);
            pool.setConnectionTimeout(Duration.ofSeconds(20).toMillis());
            StoreDatabase database =
                    StoreDatabase.open(new StoreSettings(new StoreSettings.Location.Pool(pool), "leek", true));
            FutureTask<Boolean> checkpoint =
                    new FutureTask<>(() -> database.sync(new JdbcTemplate(database.dataSource())), true);
            try (Connection only = pool.getConnection()) {
                Thread waiting = new Thread(checkpoint);
                waiting.start();
                while (waiting.getState() != Thread.State.TIMED_WAITING && waiting.isAlive()) {
                    Thread.onSpinWait();
                }
                Checkpoints.of(only).beforeCommit();
                only.commit();
                Checkpoints.of(only).committed();
            }
            // Had they waited for each other, it would have failed for want of a connection.
            assertThat(checkpoint.get()).isTrue();
        }
    }

    private static Connection whoseCheckpointIs(Runnable work) {
        Object statement = proxy(Statement.class, (proxy, method, arguments) -> {
            if (method.getName().equals("execute")) {
                work.run();
            }
            return method.getReturnType() == boolean.class ? true : null;
        });
        return (Connection) proxy(Connection.class, (proxy, method, arguments) -> statement);
    }

    private static Object proxy(Class<?> type, InvocationHandler handler) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }
}

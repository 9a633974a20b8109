package io.leek.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Whose threads a store takes. */
class LentThreadsTest {

    @TempDir
    Path folder;

    @Test
    void onPostgresqlAThreadOfTheApplicationIsTaken() {
        try (OpenStore open = OpenStore.open(Postgres.newDatabase(), Clock.systemUTC())) {
            assertThat(takesThis(open)).isTrue();
        }
    }

    @Test
    void notOneThatIsInterrupted() {
        try (OpenStore open = OpenStore.open(Postgres.newDatabase(), Clock.systemUTC())) {
            Thread.currentThread().interrupt();
            boolean isTaken = takesThis(open);

            assertThat(Thread.interrupted()).isTrue();
            assertThat(isTaken).isFalse();
        }
    }

    @Test
    void notOneInATransactionOfSpring() {
        try (OpenStore open = OpenStore.open(Postgres.newDatabase(), Clock.systemUTC())) {
            TransactionSynchronizationManager.initSynchronization();
            try {
                assertThat(takesThis(open)).isFalse();
            } finally {
                TransactionSynchronizationManager.clearSynchronization();
            }
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void notAVirtualOne() throws Exception {
        try (OpenStore open = OpenStore.open(Postgres.newDatabase(), Clock.systemUTC())) {
            AtomicReference<Boolean> isTaken = new AtomicReference<>();
            Thread virtual = new VirtualThreadTaskExecutor()
                    .getVirtualThreadFactory()
                    .newThread(() -> isTaken.set(takesThis(open)));
            virtual.start();
            virtual.join();

            assertThat(isTaken).hasValue(false);
        }
    }

    @Test
    void noneWhereTheStoreUsesThePoolOfTheApplication() {
        StoreSettings.Location.Jdbc database = Postgres.newDatabase();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.username());
        config.setPassword(database.password());
        try (HikariDataSource pool = new HikariDataSource(config);
                OpenStore open = OpenStore.open(new StoreSettings.Location.Pool(pool), Clock.systemUTC())) {
            assertThat(takesThis(open)).isFalse();
        }
    }

    @Test
    void noneOnH2() {
        try (OpenStore open = OpenStore.open(new StoreSettings.Location.File(folder), Clock.systemUTC())) {
            assertThat(takesThis(open)).isFalse();
        }
    }

    private static boolean takesThis(OpenStore open) {
        return open.store().takes(Thread.currentThread());
    }
}

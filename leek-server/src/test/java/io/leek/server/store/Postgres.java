package io.leek.server.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * One PostgreSQL server for the test JVM, and one that syncs every commit to the disk; both are stopped with it, and each
 * caller gets a database of its own.
 */
public final class Postgres {

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final EmbeddedPostgres SERVER = start(EmbeddedPostgres.builder());

    private Postgres() {}

    private static EmbeddedPostgres start(EmbeddedPostgres.Builder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new, empty database, opened as its administrator. */
    public static StoreSettings.Location.Jdbc newDatabase() {
        return newDatabase(SERVER);
    }

    /** A database as applications address it that let the driver rewrite batches. */
    static StoreSettings.Location.Jdbc rewritingBatches(StoreSettings.Location.Jdbc database) {
        return new StoreSettings.Location.Jdbc(
                database.url() + "?reWriteBatchedInserts=true", database.username(), database.password());
    }

    /** The same with every commit on the disk, as in earnest. */
    public static StoreSettings.Location.Jdbc newDurableDatabase() {
        return newDatabase(Durable.SERVER);
    }

    private static StoreSettings.Location.Jdbc newDatabase(EmbeddedPostgres server) {
        String name = "test" + DATABASES.incrementAndGet();
        new JdbcTemplate(server.getPostgresDatabase()).execute("CREATE DATABASE " + name);
        return new StoreSettings.Location.Jdbc(
                "jdbc:postgresql://localhost:" + server.getPort() + "/" + name, "postgres", "postgres");
    }

    /** Started when it is first asked for. */
    private static final class Durable {

        private static final EmbeddedPostgres SERVER = start(
                EmbeddedPostgres.builder().setServerConfig("fsync", "on").setServerConfig("synchronous_commit", "on"));
    }

    /** SQL as its administrator, on connections of its own. */
    public static JdbcTemplate sql(StoreSettings.Location.Jdbc database) {
        return new JdbcTemplate(new DriverManagerDataSource(database.url(), database.username(), database.password()));
    }
}

package io.leek.server.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** One PostgreSQL server for the test JVM, stopped with it; each caller gets a database of its own. */
public final class Postgres {

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final EmbeddedPostgres SERVER = start();

    private Postgres() {}

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new, empty database, opened as its administrator. */
    public static StoreSettings.Location.Jdbc newDatabase() {
        String name = "test" + DATABASES.incrementAndGet();
        new JdbcTemplate(SERVER.getPostgresDatabase()).execute("CREATE DATABASE " + name);
        return new StoreSettings.Location.Jdbc(
                "jdbc:postgresql://localhost:" + SERVER.getPort() + "/" + name, "postgres", "postgres");
    }

    /** SQL as its administrator, on connections of its own. */
    public static JdbcTemplate sql(StoreSettings.Location.Jdbc database) {
        return new JdbcTemplate(new DriverManagerDataSource(database.url(), database.username(), database.password()));
    }
}

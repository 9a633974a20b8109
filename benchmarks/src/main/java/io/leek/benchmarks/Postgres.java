package io.leek.benchmarks;

import io.leek.benchmarks.contender.Database;
import io.leek.benchmarks.contender.Store;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/** A PostgreSQL server of this run's own that syncs every commit to the disk, whatever its library would have. */
final class Postgres implements AutoCloseable {

    private static final Map<String, String> DURABLE =
            Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");

    private final EmbeddedPostgres server;
    private int databases;

    private Postgres(EmbeddedPostgres server) {
        this.server = server;
    }

    /** @throws IllegalStateException where it does not sync after all */
    static Postgres start(Path folder) throws IOException, SQLException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(folder.toFile())
                .setDataDirectory(folder.resolve("postgresql"))
                .setServerConfig("max_connections", "200");
        DURABLE.forEach(builder::setServerConfig);
        Postgres postgres = new Postgres(builder.start());
        Map<String, String> settings = postgres.settings();
        if (!settings.entrySet().containsAll(DURABLE.entrySet())) {
            postgres.close();
            throw new IllegalStateException("PostgreSQL should run with " + DURABLE + ", but has " + settings);
        }
        return postgres;
    }

    /** What it says of its settings, and its version. */
    Map<String, String> settings() throws SQLException {
        Map<String, String> settings = new TreeMap<>();
        for (String name : new String[] {
            "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "wal_sync_method", "server_version"
        }) {
            settings.put(name, query("SHOW " + name));
        }
        return settings;
    }

    Database newDatabase() throws SQLException {
        String name = "benchmark" + ++databases;
        execute("CREATE DATABASE " + name);
        return new Database(
                Store.POSTGRESQL,
                "jdbc:postgresql://localhost:" + server.getPort() + "/" + name,
                "postgres",
                "postgres");
    }

    /** Removes it and writes out what is pending, so that the next measurement does not pay for it. */
    void drop(Database database) throws SQLException {
        String name = database.url().substring(database.url().lastIndexOf('/') + 1);
        execute("DROP DATABASE " + name + " WITH (FORCE)");
        execute("CHECKPOINT");
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String query(String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}

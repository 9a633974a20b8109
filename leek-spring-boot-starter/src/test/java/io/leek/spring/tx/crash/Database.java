package io.leek.spring.tx.crash;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/** A PostgreSQL that syncs every commit to the disk, as in earnest. */
final class Database implements Closeable {

    private final EmbeddedPostgres postgres;
    private final String url;

    Database() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
        url = postgres.getJdbcUrl("postgres", "postgres");
    }

    JdbcTemplate sql() {
        return new JdbcTemplate(postgres.getPostgresDatabase());
    }

    /** Where the application and its workers find it. */
    Map<String, String> environment() {
        return Map.of("SPRING_DATASOURCE_URL", url, "SPRING_DATASOURCE_USERNAME", "postgres");
    }

    /** Where the server finds it. */
    List<String> serversArguments() {
        return List.of("--leek.server.datasource.url=" + url, "--leek.server.datasource.username=postgres");
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}

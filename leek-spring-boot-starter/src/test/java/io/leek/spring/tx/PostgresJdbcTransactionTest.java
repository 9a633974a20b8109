package io.leek.spring.tx;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

class PostgresJdbcTransactionTest extends H2JdbcTransactionTest {

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
}

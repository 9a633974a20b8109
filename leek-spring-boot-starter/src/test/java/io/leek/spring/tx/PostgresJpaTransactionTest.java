package io.leek.spring.tx;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

class PostgresJpaTransactionTest extends H2JpaTransactionTest {

    private final EmbeddedPostgres postgres = PostgresJdbcTransactionTest.startPostgres();

    @Override
    Map<String, Object> settings(Path folder) {
        return Map.of(
                "spring.datasource.url", postgres.getJdbcUrl("postgres", "postgres"),
                "spring.datasource.username", "postgres",
                "spring.jpa.hibernate.ddl-auto", "update");
    }

    @Override
    void stopDatabase() throws IOException {
        postgres.close();
    }
}

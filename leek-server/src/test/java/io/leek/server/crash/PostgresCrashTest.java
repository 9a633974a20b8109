package io.leek.server.crash;

import io.leek.server.store.Postgres;
import io.leek.server.store.StoreSettings;
import java.nio.file.Path;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

class PostgresCrashTest extends CrashContract {

    private final StoreSettings.Location.Jdbc database = Postgres.newDurableDatabase();

    @Override
    List<String> store(Path folder) {
        return arguments(database);
    }

    static List<String> arguments(StoreSettings.Location.Jdbc database) {
        return List.of(
                "--leek.server.datasource.url=" + database.url(),
                "--leek.server.datasource.username=" + database.username(),
                "--leek.server.datasource.password=" + database.password());
    }

    @Override
    JdbcTemplate sql(Path folder) {
        return Postgres.sql(database);
    }
}

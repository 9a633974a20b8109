package io.leek.server.crash;

import java.nio.file.Path;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class H2CrashTest extends CrashContract {

    @Override
    List<String> store(Path folder) {
        return List.of("--leek.server.data-dir=" + data(folder));
    }

    @Override
    JdbcTemplate sql(Path folder) {
        return new JdbcTemplate(
                new DriverManagerDataSource("jdbc:h2:file:" + data(folder).resolve("leek"), "sa", ""));
    }

    private static Path data(Path folder) {
        return folder.toAbsolutePath().resolve("data");
    }
}

package io.leek.server.store;

import java.nio.file.Path;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where the tables are.
 *
 * @param schema the schema of Leek's own, as configured
 * @param migrate whether missing tables are created
 */
public record StoreSettings(Location location, String schema, boolean migrate) {

    public sealed interface Location {

        /** An H2 file of Leek's own in this folder, locked against other processes. */
        record File(Path dataDir) implements Location {}

        /** A database that Leek opens connections of its own to. */
        record Jdbc(
                String url,
                @Nullable String username,
                @Nullable String password) implements Location {}

        /** A pool of the application's, where its connection details are not known. */
        record Pool(DataSource dataSource) implements Location {}
    }
}

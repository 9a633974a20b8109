package io.leek.server.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** In the application's own file. */
class H2ApplicationLimitsTest extends LimitsContract {

    @TempDir
    Path dir;

    @Override
    StoreSettings.Location location() {
        return new StoreSettings.Location.Jdbc("jdbc:h2:file:" + dir.resolve("application"), "sa", "");
    }
}

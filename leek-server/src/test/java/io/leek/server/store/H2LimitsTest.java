package io.leek.server.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class H2LimitsTest extends LimitsContract {

    @TempDir
    Path dir;

    @Override
    StoreSettings.Location location() {
        return new StoreSettings.Location.File(dir);
    }
}

package io.leek.server;

import io.leek.server.store.StoreSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class H2BacklogTest extends BacklogContract {

    @TempDir
    Path dir;

    @Override
    StoreSettings.Location location() {
        return new StoreSettings.Location.File(dir);
    }

    @Override
    String numbers(int count) {
        return "SYSTEM_RANGE(1, " + count + ")";
    }
}

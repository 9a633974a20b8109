package io.leek.server.store;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;

/** In the application's own file, on its pool that leaves the commit to others. */
class H2ManualCommitStoreTest extends SqlTaskStoreContract {

    @TempDir
    static Path dir;

    @AutoClose
    private final ManualCommitPools pools = new ManualCommitPools();

    @Override
    StoreSettings.Location location() {
        return pools.of(new StoreSettings.Location.Jdbc("jdbc:h2:file:" + dir.resolve("application"), "sa", ""));
    }
}

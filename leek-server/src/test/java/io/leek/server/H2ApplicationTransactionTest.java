package io.leek.server;

import io.leek.server.store.StoreSettings;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** In the application's own file. */
class H2ApplicationTransactionTest extends ApplicationTransactionContract {

    private final AtomicInteger files = new AtomicInteger();

    @TempDir
    Path dir;

    @Override
    StoreSettings.Location location() {
        return new StoreSettings.Location.Jdbc(
                "jdbc:h2:file:" + dir.resolve("application" + files.incrementAndGet()), "sa", "");
    }
}

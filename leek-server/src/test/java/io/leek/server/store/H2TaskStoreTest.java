package io.leek.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2TaskStoreTest extends TaskQueryContract {

    @TempDir
    static Path dir;

    @Override
    StoreSettings.Location location() {
        return new StoreSettings.Location.File(dir.resolve("not/yet/there"));
    }

    @Test
    void leeksOwnFileIsInTheDataFolderAndExclusive() {
        assertThat(Files.exists(dir.resolve("not/yet/there/leek.mv.db"))).isTrue();
        assertThat(store.isExclusive()).isTrue();
        assertThat(store.description()).startsWith("H2 2.").contains("leek").doesNotContain(";");
    }
}

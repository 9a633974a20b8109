package io.leek.server.store;

import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2TaskStoreTest extends SqlTaskStoreContract {

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

    @Test
    void theServersClockIsTheOnlyOne() {
        assertThat(store.databaseTime()).isEqualTo(clock.instant());
    }

    @Test
    void aDatabaseThatClosedItselfIsOpenedAgainAfterOneFailure() {
        store.apply(List.of(insert("task-0001")));
        store.beats();
        open.sql().execute("SHUTDOWN IMMEDIATELY");

        assertThatThrownBy(() -> store.find("task-0001")).hasMessageContaining("closed");
        assertThat(store.find("task-0001")).isPresent();
        assertThat(store.apply(List.of(claim("task-0001", "t"))).get(0)).isInstanceOf(Outcome.Done.class);
        assertThat(store.leased()).hasSize(1);
    }
}

package io.leek.spring;

import io.leek.server.LeekServer;
import io.leek.server.ServerSettings;
import io.leek.server.store.StoreSettings.Location;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A data folder has one server in this process, however many application contexts use it. */
final class SharedServers {

    private static final Map<Path, Shared> BY_FOLDER = new HashMap<>();

    private SharedServers() {}

    /** One context's share of a server. */
    record Lease(
            LeekServer server,
            @Nullable String password,
            @Nullable Path folder) implements AutoCloseable {

        @Override
        public void close() {
            if (folder == null) {
                server.close();
            } else {
                release(folder);
            }
        }
    }

    static Lease open(ServerSettings settings) {
        String password = settings.access().password();
        if (!(settings.store().location() instanceof Location.File file)) {
            return new Lease(LeekServer.start(settings), password, null);
        }
        Path folder = file.dataDir().toAbsolutePath().normalize();
        synchronized (BY_FOLDER) {
            Shared shared = BY_FOLDER.get(folder);
            if (shared == null) {
                shared = new Shared(LeekServer.start(settings), password);
                BY_FOLDER.put(folder, shared);
            }
            shared.users++;
            return new Lease(shared.server, shared.password, folder);
        }
    }

    private static void release(Path folder) {
        synchronized (BY_FOLDER) {
            Shared shared = BY_FOLDER.get(folder);
            if (shared != null && --shared.users == 0) {
                BY_FOLDER.remove(folder);
                shared.server.close();
            }
        }
    }

    private static final class Shared {

        private final LeekServer server;
        private final @Nullable String password;
        private int users;

        private Shared(LeekServer server, @Nullable String password) {
            this.server = server;
            this.password = password;
        }
    }
}

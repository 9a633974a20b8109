package io.leek.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.BindAddress;
import io.leek.server.LeekServer;
import io.leek.server.ServerSettings;
import io.leek.server.listen.Access;
import io.leek.server.recovery.Retention;
import io.leek.server.store.StoreSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AppSupervisorTest {

    @TempDir
    Path dir;

    @Test
    void aRestartThatTheSystemRefusesIsTriedAgain() throws Exception {
        Path jar = Files.writeString(dir.resolve("app.jar"), "no jar, so each life is short");
        StoreSettings store = new StoreSettings(new StoreSettings.Location.File(dir), "leek", true);
        ServerSettings settings = new ServerSettings(
                store,
                List.of(new BindAddress("127.0.0.1", 0)),
                new Access(null, false),
                new ServerSettings.Rules(3, Duration.ofHours(1), Retention.Settings.FOREVER),
                1 << 20);
        SecondImpossible arguments = new SecondImpossible();
        try (LeekServer server = LeekServer.start(settings);
                AppSupervisor app =
                        new AppSupervisor(server, new AppProperties(null, List.of(), arguments), jar, null)) {
            app.start();

            assertThat(app.failed())
                    .failsWithin(60, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(AppFailedException.class)
                    .withMessageContaining("ended 3 times");
            assertThat(arguments.asked).hasValue(4);
        }
    }

    /** One argument, which no process can have the second time. */
    private static final class SecondImpossible extends AbstractList<String> {

        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public Object[] toArray() {
            return new Object[] {asked.incrementAndGet() == 2 ? "\0" : "-Xshare:auto"};
        }

        @Override
        public String get(int index) {
            return "-Xshare:auto";
        }

        @Override
        public int size() {
            return 1;
        }
    }
}

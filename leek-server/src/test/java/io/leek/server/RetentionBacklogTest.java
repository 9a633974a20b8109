package io.leek.server;

import static io.leek.server.ConversationContract.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.dispatch.QueueLimit;
import io.leek.server.listen.Access;
import io.leek.server.recovery.Retention;
import io.leek.server.store.Backlog;
import io.leek.server.store.OpenStore;
import io.leek.server.store.StoreSettings;
import io.leek.server.store.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A backlog is deleted from Leek's own file; with {@code -Dleek.test.rows=1000000} a long one. */
@Timeout(1_800)
class RetentionBacklogTest {

    private static final int ROWS = Integer.getInteger("leek.test.rows", 20_000);
    private static final int PUSHES_ALONE = 300;
    private static final int ROUND = 20;
    private static final long POLL_NANOS = 20_000_000;
    private static final Retention.Settings AN_HOUR = new Retention.Settings(Duration.ofHours(1), null);

    @TempDir
    Path dir;

    private int pushed;

    @Test
    void theFileShrinksWhileTheServerRunsAndPushesAreAnsweredAllTheWhile() throws Exception {
        StoreSettings.Location.File location = new StoreSettings.Location.File(dir);
        long begun = System.nanoTime();
        try (OpenStore open = OpenStore.open(location, new TestClock())) {
            Backlog.insert(open.sql(), ROWS);
        }
        long full = size();
        say("%d rows are %d KB, inserted in %.1f s", ROWS, full / 1_000, seconds(begun));

        List<Double> alone;
        try (LeekServer server = start(location, Retention.Settings.FOREVER)) {
            alone = pushWhile(server, () -> pushed < PUSHES_ALONE);
        }
        try (LeekServer server = start(location, AN_HOUR)) {
            begun = System.nanoTime();
            OpenStore look = new OpenStore(null, null, location);
            List<Double> beside = pushWhile(server, () -> isBacklog(look));
            say("deleted in %.1f s, then %d KB", seconds(begun), size() / 1_000);
            say("a push alone took %s; beside the deletion %s", percentiles(alone), percentiles(beside));

            // Nothing else is asked of the server meanwhile.
            begun = System.nanoTime();
            while (size() > full / 4) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            say("%.1f s later %d KB", seconds(begun), size() / 1_000);
            assertThat(look.sql().queryForObject("SELECT COUNT(*) FROM leek.queued_task", Integer.class))
                    .isEqualTo(pushed);
            begun = System.nanoTime();
        }
        say("stopped in %.1f s, then %d KB", seconds(begun), size() / 1_000);
        assertThat(size()).isLessThan(full / 4);
    }

    private List<Double> pushWhile(LeekServer server, BooleanSupplier condition) throws IOException {
        List<Double> millis = new ArrayList<>();
        try (TestClient client = TestClient.greeted(server.addresses().get(0))) {
            do {
                for (int i = 0; i < ROUND; i++) {
                    long begun = System.nanoTime();
                    client.sends(push("pushed-%08d".formatted(++pushed))).expectOk();
                    millis.add(seconds(begun) * 1_000);
                }
            } while (condition.getAsBoolean());
        }
        return millis;
    }

    private static boolean isBacklog(OpenStore look) {
        return !look.sql()
                .queryForList("SELECT jid FROM leek.success_task LIMIT 1", String.class)
                .isEmpty();
    }

    private static String percentiles(List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        return "p50 %.2f ms, p99 %.2f ms, most %.2f ms of %d"
                .formatted(
                        sorted.get(sorted.size() / 2),
                        sorted.get(sorted.size() * 99 / 100),
                        sorted.get(sorted.size() - 1),
                        sorted.size());
    }

    private long size() throws IOException {
        return Files.size(dir.resolve("leek.mv.db"));
    }

    private static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1e9;
    }

    private static LeekServer start(StoreSettings.Location location, Retention.Settings retention) {
        return LeekServer.start(new ServerSettings(
                new StoreSettings(location, "leek", true),
                List.of(new BindAddress("127.0.0.1", 0)),
                new Access(null, false),
                new ServerSettings.Rules(3, Duration.ofHours(1), retention, QueueLimit.NONE, Map.of()),
                1 << 20));
    }

    private static void say(String format, Object... values) {
        System.out.println("Retention: " + format.formatted(values));
    }
}

package io.leek.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.TestClient;
import io.leek.server.app.ChildJar;
import io.leek.server.store.Postgres;
import io.leek.server.store.StoreSettings;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers with five worker threads each share a PostgreSQL and a semaphore of three. {@code -Dleek.crash.rounds} sets
 * how often a process that holds a place is killed, by default once; in the long form it is a server now and then, which
 * counts as dead after 15 s only.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class SemaphoreCrashTest {

    private static final int PLACES = 3;
    private static final int TASKS_A_ROUND = 20;

    /** Enough to have been through all threads of both workers. */
    private static final int BEFORE_THE_KILL = 10;

    private final int rounds = Integer.getInteger("leek.crash.rounds", 1);
    private final long seed = Long.getLong("leek.crash.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path dir;

    @Test
    void neverMoreThanThreeRunAtOnceAlsoAfterAHolderWasKilled() throws Exception {
        StoreSettings.Location.Jdbc database = Postgres.newDurableDatabase();
        Runs runs = new Runs(dir.resolve("journals"));
        Path jar = ChildJar.of(SemaphoreWorker.class, dir);
        int left = 0;
        try (Turnstile turnstile = new Turnstile();
                Server first = new Server(dir, runs, jar, PostgresCrashTest.arguments(database));
                Server second = new Server(dir, runs, jar, PostgresCrashTest.arguments(database))) {
            for (int round = 0; round < rounds; round++) {
                push(round % 2 == 0 ? first : second, round, turnstile.port());
                turnstile.letOut(BEFORE_THE_KILL);
                turnstile.awaitLeft(left + BEFORE_THE_KILL);
                long holder = turnstile.awaitInside(PLACES);

                Server victim = first.worker() == holder ? first : second;
                if (rounds > 1 && random.nextInt(5) == 0) {
                    victim.kill();
                    victim.startAgain();
                } else {
                    victim.killWorker();
                    victim.awaitNextWorker();
                }

                turnstile.awaitInside(PLACES);
                turnstile.letOut(TASKS_A_ROUND - BEFORE_THE_KILL);
                left += TASKS_A_ROUND;
                turnstile.awaitLeft(left);
                assertThat(turnstile.most())
                        .as("round %d, -Dleek.crash.seed=%d", round, seed)
                        .isEqualTo(PLACES);
            }
            first.awaitEmptyQueue(System.nanoTime() + TimeUnit.SECONDS.toNanos(60));
            first.stop();
            second.stop();
        }
    }

    private static void push(Server server, int round, int port) {
        try (TestClient client = server.client()) {
            for (int i = 0; i < TASKS_A_ROUND; i++) {
                client.sends(
                                "PUSH {\"jid\":\"round-%d-%02d\",\"jobtype\":\"%s\",\"args\":[%d],\"custom\":{\"leek\":{\"mutex\":{\"name\":\"m\",\"limit\":%d}}}}"
                                        .formatted(round, i, SemaphoreWorker.THROUGH, port, PLACES))
                        .expectOk();
            }
        }
    }
}

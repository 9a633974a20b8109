package io.leek.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.app.ChildJar;
import io.leek.server.store.Postgres;
import io.leek.server.store.StoreSettings;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers with a worker each share a PostgreSQL; one of them is killed, and the other finishes everything. A server
 * counts as dead after 15 s only.
 */
@EnabledIfSystemProperty(
        named = "leek.crash.rounds",
        matches = "\\d+",
        disabledReason = "belongs to the long form of the crash suite: -Dleek.crash.rounds=50")
@Timeout(value = 2, unit = TimeUnit.HOURS)
class TwoServersCrashTest {

    /** Each round waits for the one server to count as dead. */
    private static final int ROUNDS_EACH = 5;

    private static final int FEWEST_REPLIES = 1_000;
    private static final int MOST_REPLIES = 6_000;
    private static final int IDLE_ROUNDS = 20;
    private static final long LONGEST_TAKE_OVER_SECONDS = 120;

    private final int rounds = Math.max(1, Integer.getInteger("leek.crash.rounds", 0) / ROUNDS_EACH);
    private final long seed = Long.getLong("leek.crash.seed", System.nanoTime());
    private final String as = "TwoServersCrashTest, -Dleek.crash.seed=" + seed;
    private final Random random = new Random(seed);
    private final Pushed pushed = new Pushed();

    @TempDir
    Path dir;

    @Test
    void theOtherServerFinishesWhatAKilledOneLeft() throws Exception {
        System.out.println(as + ", rounds: " + rounds);
        long startedAt = System.nanoTime();
        StoreSettings.Location.Jdbc database = Postgres.newDurableDatabase();
        Runs runs = new Runs(dir.resolve("journals"));
        Path jar = ChildJar.of(CrashWorker.class, dir);
        int idle = 0;
        try (Server first = new Server(dir, runs, jar, PostgresCrashTest.arguments(database));
                Server second = new Server(dir, runs, jar, PostgresCrashTest.arguments(database))) {
            for (int round = 0; round < rounds; ) {
                boolean isFirst = random.nextBoolean();
                if (crash(isFirst ? first : second, isFirst ? second : first)) {
                    round++;
                } else {
                    assertThat(++idle)
                            .as("rounds with too few replies before the kill, %s", as)
                            .isLessThan(IDLE_ROUNDS + rounds);
                }
            }
            first.stop();
            second.stop();
        }
        long duplicates = new Outcomes(Postgres.sql(database)).check(pushed.acknowledged(), runs.read(), as);
        System.out.printf(
                "%s, kills under load: %d, without: %d, acknowledged tasks: %d, run more than once: %d, seconds: %d%n",
                as,
                rounds,
                idle,
                pushed.acknowledged().size(),
                duplicates,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedAt));
    }

    /** Returns whether it came under load. */
    private boolean crash(Server victim, Server survivor) throws Exception {
        Load survivorsLoad = Load.start(survivor.port(), pushed, 1);
        Load load = Load.start(victim.port(), pushed, random.nextInt(FEWEST_REPLIES, MOST_REPLIES));
        load.awaitReplies();
        long killedAt = System.nanoTime();
        victim.kill();
        load.end();
        survivorsLoad.end();
        survivor.awaitEmptyQueue(System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_TAKE_OVER_SECONDS));
        victim.startAgain();
        return load.wasBusyAt(killedAt);
    }
}

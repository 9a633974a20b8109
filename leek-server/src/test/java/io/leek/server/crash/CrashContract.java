package io.leek.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.app.ChildJar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Kills server and worker at random moments under load. {@code -Dleek.crash.rounds} sets how often, by default once for
 * each kind of kill, and {@code -Dleek.crash.seed} the moments and the order of the kinds.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
abstract class CrashContract {

    private static final int FEWEST_REPLIES = 1_000;
    private static final int MOST_REPLIES = 6_000;
    private static final int IDLE_ROUNDS = 20;
    private static final long LONGEST_DRAIN_SECONDS = 180;

    /** What is killed. A worker that no server looks after is missed only after a minute, so the short form has none. */
    enum Kill {
        SERVER,
        WORKER,
        BOTH,
        LONE_WORKER
    }

    static final int SHORT = Kill.LONE_WORKER.ordinal();

    private final int rounds = Integer.getInteger("leek.crash.rounds", SHORT);
    private final boolean isLong = rounds > SHORT;
    private final long seed = Long.getLong("leek.crash.seed", System.nanoTime());
    private final String as = getClass().getSimpleName() + ", -Dleek.crash.seed=" + seed;
    private final Random random = new Random(seed);
    private final List<Kill> deck = new ArrayList<>();
    private final Map<Kill, Integer> kills = new EnumMap<>(Kill.class);
    private final Pushed pushed = new Pushed();

    @TempDir
    Path dir;

    /** Arguments that tell a server where its store is. */
    abstract List<String> store(Path folder);

    /** The same store for plain SQL, once no server has it. */
    abstract JdbcTemplate sql(Path folder);

    @Test
    void nothingAcknowledgedIsLostAndNothingRunsTwiceWithoutAKill() throws Exception {
        System.out.println(as + ", rounds: " + rounds);
        long startedAt = System.nanoTime();
        Runs runs = new Runs(dir.resolve("journals"));
        int idle = 0;
        try (Server server = new Server(dir, runs, ChildJar.of(CrashWorker.class, dir), store(dir));
                LoneWorker lone = isLong ? new LoneWorker(runs, server.port()) : null) {
            for (int round = 0; round < rounds; ) {
                Kill kill = next();
                if (crash(server, lone, kill)) {
                    kills.merge(kill, 1, Integer::sum);
                    round++;
                } else {
                    deck.add(kill);
                    assertThat(++idle)
                            .as("rounds with too few replies before the kill, %s", as)
                            .isLessThan(IDLE_ROUNDS + rounds);
                }
            }
            server.awaitEmptyQueue(System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_DRAIN_SECONDS));
            server.stop();
        }
        long duplicates = new Outcomes(sql(dir)).check(pushed.acknowledged(), runs.read(), as);
        System.out.printf(
                "%s, kills under load: %s, without: %d, acknowledged tasks: %d, run more than once: %d, seconds: %d%n",
                as,
                kills,
                idle,
                pushed.acknowledged().size(),
                duplicates,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedAt));
    }

    /** Each kind in turn, in an order that is shuffled anew. */
    private Kill next() {
        if (deck.isEmpty()) {
            deck.addAll(List.of(Kill.values()).subList(0, isLong ? Kill.values().length : SHORT));
            Collections.shuffle(deck, random);
        }
        return deck.remove(0);
    }

    /** Returns whether it came under load. */
    private boolean crash(Server server, @Nullable LoneWorker lone, Kill kill) throws Exception {
        Load load = Load.start(server.port(), pushed, random.nextInt(FEWEST_REPLIES, MOST_REPLIES));
        load.awaitReplies();
        long killedAt = System.nanoTime();
        kill(server, lone, kill);
        load.end();
        switch (kill) {
            case SERVER, BOTH -> server.startAgain();
            case WORKER -> server.awaitNextWorker();
            case LONE_WORKER -> {
                // Its next life is there already.
            }
        }
        return load.wasBusyAt(killedAt);
    }

    private static void kill(Server server, @Nullable LoneWorker lone, Kill kill) throws Exception {
        switch (kill) {
            case SERVER -> killServer(server, lone);
            case WORKER -> server.killWorker();
            case BOTH -> {
                server.killWorker();
                killServer(server, lone);
            }
            case LONE_WORKER -> {
                if (lone != null) {
                    lone.killAndStartAgain();
                }
            }
        }
    }

    private static void killServer(Server server, @Nullable LoneWorker lone) throws InterruptedException, IOException {
        server.kill();
        if (lone != null) {
            lone.serverKilled();
        }
    }
}

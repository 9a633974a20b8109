package io.leek.server.store;

import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tasks pass through Leek's own file, which keeps few of them; with {@code -Dleek.test.passing=500000} very many. */
@Timeout(1_800)
class PassingTasksTest {

    private static final int TASKS = Integer.getInteger("leek.test.passing", 20_000);

    /** What one commit takes in, hands out, and finishes. */
    private static final int BATCH = Integer.getInteger("leek.test.passing.batch", 100);

    private static final int KEPT = 10_000;
    private static final int PURGED_AT_ONCE = 1_000;
    private static final long MB = 1L << 20;

    @TempDir
    Path dir;

    private final ExecutorService retention = Executors.newSingleThreadExecutor();
    private CompletableFuture<Void> purge = CompletableFuture.completedFuture(null);

    @Test
    void theFileStaysSmallHoweverManyTasksPass() throws Exception {
        long begun = System.nanoTime();
        long largest = 0;
        int rounds = TASKS / BATCH;
        try (OpenStore open = OpenStore.open(new StoreSettings.Location.File(dir), new TestClock())) {
            TaskStore store = open.store();
            try (Committer committer = new Committer(store)) {
                for (int round = 0; round < rounds + 2; round++) {
                    List<Outcome> outcomes =
                            committer.submitAll(changes(round, rounds)).join();
                    assertThat(outcomes).allMatch(Outcome.Done.class::isInstance);
                    purgeBeside(store, round);
                    largest = Math.max(largest, size());
                }
            } finally {
                retention.shutdown();
            }
            purge.join();
            assertThat(store.queued()).isZero();
            assertThat(store.count(TaskQuery.success())).isLessThanOrEqualTo(KEPT + PURGED_AT_ONCE);
            largest = Math.max(largest, size());
            say("%d tasks in %.1f s, file %.1f MB at most", TASKS, seconds(begun), (double) largest / MB);
            begun = System.nanoTime();
        }
        say("stopped in %.1f s, then %.1f MB", seconds(begun), (double) size() / MB);

        assertThat(largest).isLessThan(256 * MB);
        assertThat(size()).isLessThan(20 * MB);
    }

    /** As under load: one commit takes tasks in, hands out those of the one before, and finishes those before that. */
    private static List<Change> changes(int round, int rounds) {
        List<Change> changes = new ArrayList<>();
        if (round < rounds) {
            jids(round).forEach(jid -> changes.add(insert(jid)));
        }
        if (round >= 1 && round <= rounds) {
            jids(round - 1).forEach(jid -> changes.add(claim(jid, "token-" + jid)));
        }
        if (round >= 2) {
            jids(round - 2)
                    .forEach(jid ->
                            changes.add(new Change.Succeed(jid, null, "token-" + jid, finishedIn(round), "\"done\"")));
        }
        return changes;
    }

    private static List<String> jids(int round) {
        return IntStream.range(round * BATCH, (round + 1) * BATCH)
                .mapToObj("passing-%08d"::formatted)
                .toList();
    }

    private static Instant finishedIn(int round) {
        return NOW.plusMillis(round);
    }

    /** On a thread and a connection of its own, as retention does; waited for, so that the table is as long as it says. */
    private void purgeBeside(TaskStore store, int round) {
        if (round % (PURGED_AT_ONCE / BATCH) == 0) {
            purge.join();
            Instant before = finishedIn(round - KEPT / BATCH);
            purge = CompletableFuture.runAsync(
                    () -> store.purge(TaskState.SUCCESS, before, 2 * PURGED_AT_ONCE), retention);
        }
    }

    private long size() throws IOException {
        return Files.size(dir.resolve("leek.mv.db"));
    }

    private static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1e9;
    }

    private static void say(String format, Object... values) {
        System.out.println("Passing: " + format.formatted(values));
    }
}

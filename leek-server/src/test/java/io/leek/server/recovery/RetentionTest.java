package io.leek.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.leek.server.recovery.Retention.Settings;
import io.leek.server.store.TaskStore;
import io.leek.server.store.TestClock;
import io.leek.task.TaskState;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
class RetentionTest {

    private static final Settings BOTH = new Settings(Duration.ofDays(1), Duration.ofDays(9));

    private final TestClock clock = new TestClock();
    private final List<Purge> purges = new ArrayList<>();
    private final CountDownLatch inBatch = new CountDownLatch(1);
    private final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    private final Queue<Boolean> smaller = new ArrayDeque<>(Collections.nCopies(9, false));
    private boolean lingering;
    private long nanos;
    private long nanosPerRow;
    private int left;
    private RuntimeException failure;
    private Instant databaseTime = Instant.MAX;

    private record Purge(TaskState state, Instant before, int limit) {}

    @Test
    void eachStateHasItsOwnTimeByTheServersClock() {
        clock.advance(Duration.ofHours(5));

        assertThat(retention(BOTH).run()).isEqualTo(Retention.IDLE);

        assertThat(purges)
                .containsExactly(
                        new Purge(TaskState.SUCCESS, clock.instant().minus(Duration.ofDays(1)), 1_000),
                        new Purge(TaskState.FAILED, clock.instant().minus(Duration.ofDays(9)), 1_000));
    }

    @Test
    void aClockThatRunsAheadOfTheDatabasesDeletesNothingTooSoon() {
        databaseTime = clock.instant();
        clock.advance(Duration.ofDays(30));

        retention(new Settings(Duration.ofDays(1), null)).run();

        assertThat(purges).extracting(Purge::before).containsExactly(databaseTime.minus(Duration.ofDays(1)));
    }

    @Test
    void aStateThatIsKeptForEverIsLeftAlone() {
        retention(new Settings(null, Duration.ofDays(9))).run();

        assertThat(purges).extracting(Purge::state).containsExactly(TaskState.FAILED);
    }

    @Test
    void whileThereIsMoreThePausesAreTwiceAsLongAsTheBatches() {
        left = 2_500;
        nanosPerRow = 20_000;
        Retention retention = retention(new Settings(Duration.ofDays(1), null));

        assertThat(retention.run()).isEqualTo(Duration.ofMillis(40));
        assertThat(retention.run()).isEqualTo(Duration.ofMillis(40));
        assertThat(retention.run()).isEqualTo(Retention.SPACE_PAUSE);
        assertThat(left).isZero();
    }

    @Test
    void aSlowStoreGetsSmallerBatchesAndLargerOnesWhenItIsQuickAgain() {
        left = 10_000;
        nanosPerRow = 1_000_000;
        Retention retention = retention(new Settings(Duration.ofDays(1), null));

        retention.run();
        retention.run();
        nanosPerRow = 10_000;
        retention.run();
        retention.run();

        assertThat(purges).extracting(Purge::limit).containsExactly(1_000, 50, 50, 1_000);
    }

    @Test
    void spaceIsGivenBackForAFewRoundsAfterADeletionAndForAsLongAsTheFileGetsSmaller() {
        Retention retention = retention(BOTH);
        retention.run();
        assertThat(smaller).hasSize(9);

        left = 1;
        smaller.clear();
        smaller.addAll(List.of(false, true, true, false, false, false, false, true));
        for (int i = 0; i < 6; i++) {
            assertThat(retention.run()).isEqualTo(Retention.SPACE_PAUSE);
        }
        assertThat(retention.run()).isEqualTo(Retention.IDLE);
        assertThat(retention.run()).isEqualTo(Retention.IDLE);

        assertThat(smaller).containsExactly(true);
    }

    @Test
    void aFailingStoreIsToldOfOnceAMinuteAndAskedAgain() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(Retention.class);
        logger.addAppender(log);
        failure = new IllegalStateException("no database");
        Retention retention = retention(BOTH);

        assertThat(retention.runQuietly()).isEqualTo(Retention.IDLE);
        nanos += Duration.ofSeconds(59).toNanos();
        assertThat(retention.runQuietly()).isEqualTo(Retention.IDLE);
        assertThat(log.list).hasSize(1);
        nanos += Duration.ofSeconds(1).toNanos();
        assertThat(retention.runQuietly()).isEqualTo(Retention.IDLE);
        logger.detachAppender(log);
        assertThat(log.list).hasSize(2);
        failure = null;
        assertThat(retention.runQuietly()).isEqualTo(Retention.IDLE);
        assertThat(purges).hasSize(2);
    }

    @Test
    void closingLetsABatchFinishWithoutAnInterrupt() throws Exception {
        lingering = true;
        Retention retention = retention(BOTH);
        retention.start();
        inBatch.await();

        retention.close();

        assertThat(interrupted).isCompletedWithValue(false);
    }

    private Retention retention(Settings settings) {
        return new Retention(store(), clock, () -> nanos, settings);
    }

    private TaskStore store() {
        return (TaskStore) Proxy.newProxyInstance(
                TaskStore.class.getClassLoader(), new Class<?>[] {TaskStore.class}, (proxy, method, arguments) -> {
                    if (lingering && !interrupted.isDone()) {
                        linger();
                    }
                    if (failure != null) {
                        throw failure;
                    }
                    if (method.getName().equals("giveBackSpace")) {
                        return smaller.remove();
                    }
                    if (method.getName().equals("databaseTime")) {
                        return databaseTime;
                    }
                    Purge purge = new Purge((TaskState) arguments[0], (Instant) arguments[1], (Integer) arguments[2]);
                    purges.add(purge);
                    int purged = Math.min(left, purge.limit());
                    left -= purged;
                    nanos += purged * nanosPerRow;
                    return purged;
                });
    }

    private void linger() {
        inBatch.countDown();
        try {
            interrupted.complete(new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            interrupted.complete(true);
        }
    }
}

package io.leek.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.server.dispatch.Attempts;
import io.leek.server.dispatch.Dispatcher;
import io.leek.server.dispatch.Waits;
import io.leek.server.store.Committer;
import io.leek.server.store.OpenStore;
import io.leek.server.store.QueuedTask;
import io.leek.server.store.StoreSettings;
import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.Beat;
import io.leek.server.store.TestClock;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UpkeepTest {

    @TempDir
    Path dir;

    private final CountDownLatch inRound = new CountDownLatch(1);
    private final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();

    @Test
    void closingLetsARoundFinishWithoutAnInterrupt() throws Exception {
        LongSupplier lingering = () -> {
            if (Thread.currentThread().getName().equals("leek-upkeep") && !interrupted.isDone()) {
                linger();
            }
            return System.nanoTime();
        };
        try (OpenStore open = OpenStore.open(new StoreSettings.Location.File(dir), Clock.systemUTC());
                Committer committer = new Committer(open.store())) {
            Dispatcher dispatcher = new Dispatcher(
                    open.store(), committer, Runnable::run, Clock.systemUTC(), lingering, "server-1", 3, Map.of());
            Attempts attempts = new Attempts(
                    open.store(), committer, dispatcher, Runnable::run, Clock.systemUTC(), 3, new Random(1));
            Upkeep upkeep = new Upkeep(
                    open.store(),
                    committer,
                    dispatcher,
                    attempts,
                    new Waits(open.store(), committer, Runnable::run),
                    new Clocks(Clock.systemUTC(), System::nanoTime, open.store()::databaseTime),
                    new Upkeep.Settings("server-1", Duration.ofHours(1)));
            upkeep.start();
            inRound.await();

            upkeep.close();

            assertThat(interrupted).isCompletedWithValue(false);
            assertThat(open.store().beats()).isEmpty();
            dispatcher.stop();
        }
    }

    @Test
    void theHeartbeatGoesOnWhateverElseFails() {
        AtomicBoolean isBroken = new AtomicBoolean();
        AtomicInteger beats = new AtomicInteger();
        try (OpenStore open = OpenStore.open(new StoreSettings.Location.File(dir), Clock.systemUTC())) {
            TaskStore store = (TaskStore) Proxy.newProxyInstance(
                    TaskStore.class.getClassLoader(), new Class<?>[] {TaskStore.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("beat")) {
                            beats.incrementAndGet();
                        } else if (isBroken.get()) {
                            throw new IllegalStateException(method.getName() + " is broken");
                        }
                        return method.invoke(open.store(), arguments);
                    });
            try (Committer committer = new Committer(store)) {
                Dispatcher dispatcher = new Dispatcher(
                        store, committer, Runnable::run, Clock.systemUTC(), System::nanoTime, "server-1", 3, Map.of());
                Attempts attempts =
                        new Attempts(store, committer, dispatcher, Runnable::run, Clock.systemUTC(), 3, new Random(1));
                Upkeep upkeep = new Upkeep(
                        store,
                        committer,
                        dispatcher,
                        attempts,
                        new Waits(store, committer, Runnable::run),
                        new Clocks(Clock.systemUTC(), System::nanoTime, store::databaseTime),
                        new Upkeep.Settings("server-1", Duration.ofHours(1)));
                isBroken.set(true);

                for (int round = 0; round < 10; round++) {
                    assertThatThrownBy(upkeep::tick).hasMessageContaining("is broken");
                }

                assertThat(beats).as("one in five rounds").hasValue(2);
                dispatcher.stop();
            }
        }
    }

    @Test
    void theLookForTasksThatNobodyTakesHasATwentiethOfTheTimeHoweverLongTheQueue() {
        Duration look = Duration.ofSeconds(6);
        AtomicLong nanos = new AtomicLong();
        AtomicInteger looks = new AtomicInteger();
        try (OpenStore open = OpenStore.open(new StoreSettings.Location.File(dir), Clock.systemUTC())) {
            TaskStore store = (TaskStore) Proxy.newProxyInstance(
                    TaskStore.class.getClassLoader(), new Class<?>[] {TaskStore.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("waiting")) {
                            looks.incrementAndGet();
                            nanos.addAndGet(look.toNanos());
                        }
                        return method.invoke(open.store(), arguments);
                    });
            try (Committer committer = new Committer(store)) {
                Dispatcher dispatcher = new Dispatcher(
                        store, committer, Runnable::run, Clock.systemUTC(), nanos::get, "server-1", 3, Map.of());
                Upkeep upkeep = new Upkeep(
                        store,
                        committer,
                        dispatcher,
                        new Attempts(store, committer, dispatcher, Runnable::run, Clock.systemUTC(), 3, new Random(1)),
                        new Waits(store, committer, Runnable::run),
                        new Clocks(Clock.systemUTC(), nanos::get, store::databaseTime),
                        new Upkeep.Settings("server-1", Duration.ofHours(1)));

                for (int second = 0; second < 300; second++) {
                    upkeep.tick();
                    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
                }

                assertThat(looks).hasValue(3);
                dispatcher.stop();
            }
        }
    }

    @Test
    void attemptsOfPurgedTasksAreDeletedAFullPageEachRoundAndLookedForNowAndThenOtherwise() {
        AtomicLong nanos = new AtomicLong();
        try (OpenStore open = OpenStore.open(new StoreSettings.Location.File(dir), Clock.systemUTC())) {
            int tasks = StrayAttempts.PAGE + 1;
            open.sql()
                    .execute(
                            "INSERT INTO leek.attempt SELECT 'task-' || X, X, 1, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 'w',"
                                    + " 'exception', 'E', 'm', '' FROM SYSTEM_RANGE(1, " + tasks + ")");
            StrayAttempts stray = new StrayAttempts(open.store(), nanos::get);
            stray.sweep();
            assertThat(attempts(open)).as("it takes its time").isEqualTo(tasks);

            nanos.addAndGet(StrayAttempts.PAUSE.toNanos());
            stray.sweep();
            assertThat(attempts(open)).isEqualTo(1);
            stray.sweep();

            assertThat(attempts(open)).isZero();
        }
    }

    private static int attempts(OpenStore open) {
        return open.sql().queryForObject("SELECT COUNT(*) FROM leek.attempt", Integer.class);
    }

    @Test
    void keysAreDeletedSomeTimeAfterTheirsIsOverAFullPageEachRoundAndLookedForNowAndThenOtherwise() {
        AtomicLong nanos = new AtomicLong();
        TestClock clock = new TestClock();
        try (OpenStore open = OpenStore.open(new StoreSettings.Location.File(dir), clock)) {
            open.sql()
                    .update(
                            "INSERT INTO leek.unique_key SELECT 'key-' || X, 'task', CAST(? AS TIMESTAMP(6) WITH TIME ZONE)"
                                    + " FROM SYSTEM_RANGE(1, " + (ExpiredKeys.PAGE + 1) + ")",
                            TestClock.START.atOffset(ZoneOffset.UTC));
            ExpiredKeys expired = new ExpiredKeys(open.store(), clock, nanos::get);
            clock.advance(ExpiredKeys.MARGIN);
            expired.sweep();
            assertThat(keys(open)).as("it takes its time").isEqualTo(ExpiredKeys.PAGE + 1);

            nanos.addAndGet(ExpiredKeys.PAUSE.toNanos());
            expired.sweep();
            assertThat(keys(open)).isEqualTo(1);
            expired.sweep();
            assertThat(keys(open)).isZero();

            open.sql()
                    .update(
                            "INSERT INTO leek.unique_key VALUES ('k', 'task', ?)",
                            TestClock.START.plusNanos(1_000).atOffset(ZoneOffset.UTC));
            nanos.addAndGet(ExpiredKeys.PAUSE.toNanos());
            expired.sweep();
            assertThat(keys(open)).as("another server's clock may be behind").isEqualTo(1);
        }
    }

    private static int keys(OpenStore open) {
        return open.sql().queryForObject("SELECT COUNT(*) FROM leek.unique_key", Integer.class);
    }

    @Test
    void inAFileOfItsOwnAServerForgetsThoseThatWereKilledBeforeIt() {
        try (OpenStore open = OpenStore.open(new StoreSettings.Location.File(dir), Clock.systemUTC())) {
            open.store().beat("killed-1");
            open.store().beat("killed-2");
            open.store().beat("server-1");

            List<QueuedTask> orphans = new DeadServers(open.store(), System::nanoTime, "server-1").orphans();

            assertThat(orphans).isEmpty();
            assertThat(open.store().beats()).containsExactly(new Beat("server-1", 1));
        }
    }

    private void linger() {
        inRound.countDown();
        try {
            interrupted.complete(new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            interrupted.complete(true);
        }
    }
}

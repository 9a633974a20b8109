package io.leek.h2;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CheckpointsTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Checkpoints checkpoints = new Checkpoints(LONG, LONG);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        mayEnd.countDown();
        join();
    }

    @Test
    void aCommitWaitsForACheckpointUnderWay() throws Exception {
        longCheckpoint();

        Thread commit = start(() -> {
            checkpoints.beforeCommit();
            events.add("commit");
            checkpoints.committed();
        });
        awaitState(commit, Thread.State.WAITING);
        mayEnd.countDown();
        join();

        assertThat(events).containsExactly("begin", "end", "commit");
    }

    @Test
    void aCheckpointWaitsForACommitUnderWay() throws Exception {
        checkpoints.beforeCommit();

        Thread checkpoint = start(() -> sync(checkpoints));
        awaitState(checkpoint, Thread.State.TIMED_WAITING);
        events.add("committed");
        checkpoints.committed();
        join();

        assertThat(events).containsExactly("committed", "CHECKPOINT SYNC");
    }

    @Test
    void aCommitThatDoesNotEndHoldsNoCheckpointUpForGoodAndLaterCommitsGoOn() {
        Checkpoints impatient = new Checkpoints(Duration.ofMillis(1), Duration.ofMillis(2));
        impatient.beforeCommit();

        sync(impatient);
        impatient.beforeCommit();
        impatient.committed();

        assertThat(events).containsExactly("CHECKPOINT SYNC");
    }

    @Test
    void aCheckpointThatHasWaitedLetsNoOtherCommitBegin() throws Exception {
        Checkpoints closing = new Checkpoints(Duration.ZERO, LONG);
        closing.beforeCommit();
        awaitState(start(() -> sync(closing)), Thread.State.TIMED_WAITING);

        Thread later = start(() -> {
            closing.beforeCommit();
            events.add("later commit");
            closing.committed();
        });
        awaitState(later, Thread.State.WAITING);
        closing.committed();
        join();

        assertThat(events).containsExactly("CHECKPOINT SYNC", "later commit");
    }

    @Test
    void oneSyncIsForAllWhoAskedWhileTheLastOneRan() throws Exception {
        longCheckpoint();
        for (int i = 0; i < 3; i++) {
            awaitState(start(() -> sync(checkpoints)), Thread.State.WAITING);
        }

        mayEnd.countDown();
        join();

        assertThat(events).containsExactly("begin", "end", "CHECKPOINT SYNC");
    }

    @Test
    void oneSyncIsForThoseWhoseCommitItWaitedFor() throws Exception {
        checkpoints.beforeCommit();
        awaitState(start(() -> sync(checkpoints)), Thread.State.TIMED_WAITING);
        Thread other = start(() -> sync(checkpoints));
        awaitState(other, Thread.State.WAITING);

        checkpoints.committed();
        join();

        assertThat(events).containsExactly("CHECKPOINT SYNC");
    }

    @Test
    void aSyncThatFailedCountsForNobody() throws Exception {
        longCheckpoint();
        AtomicReference<SQLException> failure = new AtomicReference<>();
        Thread failing = start(() -> {
            try {
                checkpoints.sync(connection(statement -> {
                    throw new SQLException("disk full");
                }));
            } catch (SQLException e) {
                failure.set(e);
            }
        });
        awaitState(failing, Thread.State.WAITING);
        awaitState(start(() -> sync(checkpoints)), Thread.State.WAITING);

        mayEnd.countDown();
        join();

        assertThat((Throwable) failure.get()).hasMessage("disk full");
        assertThat(events).containsExactly("begin", "end", "CHECKPOINT SYNC");
    }

    @Test
    void aWriteIsNoSync() throws Exception {
        longCheckpoint();
        awaitState(start(() -> write(checkpoints)), Thread.State.WAITING);
        awaitState(start(() -> sync(checkpoints)), Thread.State.WAITING);

        mayEnd.countDown();
        join();

        assertThat(events).containsExactly("begin", "end", "CHECKPOINT", "CHECKPOINT SYNC");
    }

    @Test
    void anInterruptIsKeptForLater() throws Exception {
        Checkpoints impatient = new Checkpoints(Duration.ofMillis(1), Duration.ofMillis(2));
        impatient.beforeCommit();
        AtomicBoolean isInterrupted = new AtomicBoolean();
        Thread checkpoint = start(() -> {
            Thread.currentThread().interrupt();
            sync(impatient);
            isInterrupted.set(Thread.currentThread().isInterrupted());
        });
        join();

        assertThat(checkpoint.isAlive()).isFalse();
        assertThat(events).containsExactly("CHECKPOINT SYNC");
        assertThat(isInterrupted).isTrue();
    }

    private void longCheckpoint() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        start(() -> {
            try {
                checkpoints.write(connection(statement -> {
                    events.add("begin");
                    begun.countDown();
                    awaitUninterruptibly(mayEnd);
                    events.add("end");
                }));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private void sync(Checkpoints of) {
        try {
            of.sync(connection(events::add));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(Checkpoints of) {
        try {
            of.write(connection(events::add));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Database {

        void execute(String statement) throws SQLException;
    }

    private static Connection connection(Database database) {
        Statement statement = proxy(Statement.class, (name, arguments) -> {
            if (name.equals("execute")) {
                database.execute((String) arguments[0]);
                return true;
            }
            return null;
        });
        return proxy(Connection.class, (name, arguments) -> statement);
    }

    private interface Method {

        Object call(String name, Object[] arguments) throws SQLException;
    }

    private static <T> T proxy(Class<T> type, Method method) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, called, arguments) -> method.call(called.getName(), arguments)));
    }

    private Thread start(Runnable work) {
        Thread thread = new Thread(work);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void awaitState(Thread thread, Thread.State state) {
        while (thread.getState() != state && thread.isAlive()) {
            Thread.onSpinWait();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.leek.spring.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.TaskHandle;
import io.leek.h2.Checkpoints;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.ConnectionCallback;

class H2JdbcTransactionTest extends JdbcTransactionContract {

    @Override
    Map<String, Object> settings(Path folder) {
        return Map.of("spring.datasource.url", "jdbc:h2:file:" + folder.resolve("application"));
    }

    /** What commits while H2 collects the tables of a checkpoint would be in the file in part. */
    @Test
    @Timeout(60)
    void aTransactionThatOffloadsCommitsBetweenCheckpoints() throws Exception {
        AtomicReference<String> offloaded = new AtomicReference<>();
        Thread committing = new Thread(() -> transaction.executeWithoutResult(status -> offloaded.set(
                leek.with().queue(STILL).offload(() -> ledger.book(8)).id())));

        duringACheckpoint(() -> {
            committing.start();
            awaitWaiting(committing);
            assertThat(offloaded.get()).isNotNull();
            assertThat(rows(offloaded.get())).isZero();
        });
        committing.join();

        assertThat(rows(offloaded.get())).isOne();
    }

    @Test
    @Timeout(60)
    void aTransactionThatEndsItsTaskCommitsBetweenCheckpoints() throws Exception {
        BlockingQueue<Thread> runs = new LinkedBlockingQueue<>();
        CountDownLatch mayReturn = new CountDownLatch(1);
        Ledger.inside = id -> {
            runs.add(Thread.currentThread());
            await(mayReturn);
        };
        TaskHandle<?> handle = leek.offload(() -> ledger.bookAndTell(9));
        Thread run = runs.take();

        duringACheckpoint(() -> {
            mayReturn.countDown();
            Ledger.RAN.take();
            awaitWaiting(run);
            assertThat(rows(handle.id())).isOne();
        });

        Ledger.awaitSuccess(handle);
    }

    private Checkpoints checkpoints() {
        return Objects.requireNonNull(jdbc.execute((ConnectionCallback<Checkpoints>) Checkpoints::of));
    }

    private interface Work {

        void run() throws Exception;
    }

    private void duringACheckpoint(Work work) throws Exception {
        Object statement = proxy(Statement.class, (proxy, method, arguments) -> {
            if (method.getName().equals("execute")) {
                work.run();
            }
            return method.getReturnType() == boolean.class ? true : null;
        });
        checkpoints().write((Connection) proxy(Connection.class, (proxy, method, arguments) -> statement));
    }

    private static Object proxy(Class<?> type, InvocationHandler handler) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.isAlive()) {
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

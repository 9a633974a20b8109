package io.leek.server.recurring;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.RecurringStore;
import io.leek.server.store.TaskStore;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RecurringTasksTest {

    private final CountDownLatch looking = new CountDownLatch(1);
    private final CountDownLatch found = new CountDownLatch(1);
    private final AtomicBoolean wasInterrupted = new AtomicBoolean();

    /** An interrupt inside a read makes H2 close its file. */
    @Test
    @Timeout(30)
    void closingLetsALookAtTheStoreEndWithoutAnInterrupt() throws Exception {
        RecurringStore recurring = fake(RecurringStore.class, () -> {
            looking.countDown();
            try {
                found.await();
            } catch (InterruptedException e) {
                wasInterrupted.set(true);
            }
            return List.of();
        });
        RecurringTasks tasks = new RecurringTasks(
                fake(TaskStore.class, () -> recurring), null, null, () -> false, Clock.systemUTC(), System::nanoTime);
        tasks.start();
        looking.await();
        Thread closing = new Thread(tasks::close);
        closing.start();
        while (closing.getState() != Thread.State.TIMED_WAITING && closing.isAlive()) {
            Thread.onSpinWait();
        }

        found.countDown();
        closing.join();

        assertThat(wasInterrupted).isFalse();
    }

    private interface Answer {
        Object give();
    }

    private static <T> T fake(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> answer.give()));
    }
}

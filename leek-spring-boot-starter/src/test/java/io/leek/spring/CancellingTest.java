package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskCancelledException;
import io.leek.TaskContext;
import io.leek.TaskFailedException;
import io.leek.TaskHandle;
import io.leek.task.Task;
import io.leek.task.TaskState;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** From the call over the socket into the running method and back. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
@Timeout(60)
class CancellingTest {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);
    private static final BlockingQueue<String> BEGUN = new LinkedBlockingQueue<>();
    private static final AtomicBoolean RAN = new AtomicBoolean();

    @Autowired
    Leek leek;

    @Autowired
    Slow slow;

    @Test
    void aRunningTaskIsInterruptedAndWhoeverAwaitsItIsTold() throws Exception {
        TaskHandle<Void> handle = leek.with().maxRetries(3).offload(() -> slow.waits());
        BEGUN.take();

        assertThat(handle.cancel()).isTrue();

        assertThatThrownBy(() -> handle.await(LONG_ENOUGH))
                .isInstanceOf(TaskCancelledException.class)
                .hasMessage("Task " + handle.id() + " (slow.waits) was cancelled");
        Task task = leek.find(handle.id()).orElseThrow();
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.failure().orElseThrow().reason()).isEqualTo("cancelled");
        assertThat(task.attempts()).isEqualTo(1);
    }

    @Test
    void aTaskThatWaitsForNothingMayAskWhetherItIsCancelled() throws Exception {
        TaskHandle<Void> handle = leek.offload(() -> slow.asks());
        BEGUN.take();

        handle.cancel();

        assertThatThrownBy(() -> handle.await(LONG_ENOUGH)).isInstanceOf(TaskCancelledException.class);
    }

    @Test
    void aTaskThatWaitsBehindAnotherNeverRunsAndMayBePutBack() throws Exception {
        TaskHandle<Void> first = leek.offload(() -> slow.waits());
        BEGUN.take();
        TaskHandle<Void> second = leek.offload(() -> slow.runs());

        assertThat(leek.cancel(second.id())).isTrue();
        first.cancel();

        assertThatThrownBy(() -> second.await(LONG_ENOUGH)).isInstanceOf(TaskCancelledException.class);
        assertThatThrownBy(() -> first.await(LONG_ENOUGH)).isInstanceOf(TaskCancelledException.class);
        assertThat(RAN).isFalse();
        assertThat(leek.cancel(second.id())).as("it has ended").isFalse();
        assertThat(leek.retry(second.id())).isTrue();
        second.await(LONG_ENOUGH);
        assertThat(RAN).isTrue();
        assertThat(second.cancel()).as("it has ended").isFalse();
    }

    @Test
    void aTaskThatIsNotThereIsNotCancelled() {
        assertThat(leek.cancel("no-such-task")).isFalse();
    }

    @Test
    void aRunOverItsTimeoutIsInterruptedAndRetriedAsTheTaskSays() {
        TaskHandle<Void> handle = leek.offload(() -> slow.tooLong());

        assertThatThrownBy(() -> handle.await(LONG_ENOUGH))
                .isExactlyInstanceOf(TaskFailedException.class)
                .hasMessageContaining("it ran longer than its timeout of PT0.05S");
        Task task = leek.find(handle.id()).orElseThrow();
        assertThat(task.failure().orElseThrow().reason()).isEqualTo("timeout");
        assertThat(task.failures()).hasSize(2);
        assertThat(task.failures().get(0).failure().reason()).isEqualTo("timeout");
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(LeekAutoConfiguration.class)
    static class Application {

        @Bean
        Slow slow() {
            return new Slow();
        }
    }

    static class Slow {

        @LeekTask
        public void waits() throws InterruptedException {
            BEGUN.add("waits");
            new CountDownLatch(1).await();
        }

        @LeekTask
        public void asks() {
            BEGUN.add("asks");
            while (true) {
                TaskContext.current().orElseThrow().throwIfCancelled();
                Thread.onSpinWait();
            }
        }

        @LeekTask
        public void runs() {
            RAN.set(true);
        }

        @LeekTask(timeout = "50ms", maxRetries = 1, delay = "1ms")
        public void tooLong() throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }
}

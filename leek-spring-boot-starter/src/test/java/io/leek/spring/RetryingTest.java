package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.DoNotRetryException;
import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.RetryLaterException;
import io.leek.TaskContext;
import io.leek.TaskFailedException;
import io.leek.TaskHandle;
import io.leek.task.FailedAttempt;
import io.leek.task.RetryBackoff;
import io.leek.task.Task;
import io.leek.task.TaskState;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** From the annotation over the socket to the table and back. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
class RetryingTest {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);

    @Autowired
    Leek leek;

    @Autowired
    Flaky flaky;

    @Test
    void aTaskThatThrowsIsRunAgainAndTellsOfEveryAttempt() {
        TaskHandle<String> handle = leek.offload(() -> flaky.thirdTime());

        assertThat(handle.await(LONG_ENOUGH)).isEqualTo("done in attempt 3");
        Task task = leek.find(handle.id()).orElseThrow();
        assertThat(task.failures())
                .extracting(
                        attempt -> attempt.number() + " " + attempt.failure().summary())
                .containsExactly("1 java.io.IOException: no 1", "2 java.io.IOException: no 2");
        assertThat(task.failures()).allSatisfy(attempt -> {
            assertThat(attempt.startedAt()).isBeforeOrEqualTo(attempt.failedAt());
            assertThat(attempt.workerId()).isEqualTo(task.workerId());
            assertThat(attempt.failure().backtrace().get(0)).contains("Flaky.thirdTime");
        });
    }

    @Test
    void anExceptionThatIsExcludedFailsTheTaskAtOnce() {
        assertThat(failed(leek.offload(() -> flaky.excluded())).attempts()).isEqualTo(1);
    }

    @Test
    void aTaskThatSaysNotAgainIsFailedWithRetriesLeft() {
        Task task = failed(leek.offload(() -> flaky.notAgain()));

        assertThat(task.attempts()).isEqualTo(1);
        assertThat(task.failure().orElseThrow().summary()).isEqualTo("java.io.IOException: card is blocked");
    }

    @Test
    void aTaskThatSaysWhenRunsAgainThoughItHasNoRetries() {
        TaskHandle<String> handle = leek.offload(() -> flaky.later());

        assertThat(handle.await(LONG_ENOUGH)).isEqualTo("done in attempt 3");
        assertThat(leek.find(handle.id()).orElseThrow().failures())
                .extracting(FailedAttempt::number)
                .containsExactly(1, 2);
    }

    @Test
    void onlyAFailedTaskIsRunAgainAndItKeepsItsHistory() {
        TaskHandle<String> success = leek.offload(() -> flaky.thirdTime());
        success.await(LONG_ENOUGH);
        Task failed = failed(leek.with()
                .maxRetries(1)
                .backoff(RetryBackoff.of(Duration.ZERO))
                .offload(() -> flaky.thirdTime()));
        assertThat(failed.failures()).hasSize(2);

        assertThat(leek.retry(success.id())).isFalse();
        assertThat(leek.retry(failed.id())).isTrue();

        Task again = failed(leek.handle(failed.id(), String.class));
        assertThat(again.failures()).extracting(FailedAttempt::number).containsExactly(1, 2, 1, 2);
        assertThat(leek.find(success.id()).orElseThrow().state()).isEqualTo(TaskState.SUCCESS);
    }

    private Task failed(TaskHandle<String> handle) {
        assertThatThrownBy(() -> handle.await(LONG_ENOUGH)).isInstanceOf(TaskFailedException.class);
        return leek.find(handle.id()).orElseThrow();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(LeekAutoConfiguration.class)
    static class Application {

        @Bean
        Flaky flaky() {
            return new Flaky();
        }
    }

    static class Flaky {

        private static int attempt() {
            return TaskContext.current().orElseThrow().attempt();
        }

        @LeekTask(maxRetries = 2, delay = "1ms", multiplier = 2)
        public String thirdTime() throws IOException {
            if (attempt() < 3) {
                throw new IOException("no " + attempt());
            }
            return "done in attempt " + attempt();
        }

        @LeekTask(maxRetries = 2, delay = "1ms", excludes = IOException.class)
        public String excluded() throws IOException {
            throw new IOException("never mind");
        }

        @LeekTask(maxRetries = 2, delay = "1ms")
        public String notAgain() {
            throw new DoNotRetryException(new IOException("card is blocked"));
        }

        @LeekTask
        public String later() {
            if (attempt() < 3) {
                throw new RetryLaterException(Duration.ofMillis(1));
            }
            return "done in attempt " + attempt();
        }
    }
}

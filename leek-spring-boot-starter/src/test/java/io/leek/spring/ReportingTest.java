package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskContext;
import io.leek.TaskHandle;
import io.leek.task.Task;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** From the running method over the socket to whoever asks. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
@Timeout(60)
class ReportingTest {

    @Autowired
    Leek leek;

    @Autowired
    Counting counting;

    @Test
    void theLastWordOfARunIsThereOnceItHasEnded() {
        TaskHandle<Void> handle = leek.offload(() -> counting.count());

        handle.await(Duration.ofSeconds(20));

        Task task = leek.find(handle.id()).orElseThrow();
        assertThat(task.progress()).hasValueSatisfying(progress -> {
            assertThat(progress.done()).isEqualTo(100);
            assertThat(progress.of()).isEqualTo(100);
            assertThat(progress.message()).isEqualTo("all of them");
        });
        assertThat(task.log()).containsExactly("begins", "ends");
    }

    @Test
    void inADirectCallThereIsNobodyToTell() {
        assertThat(TaskContext.current()).isEmpty();
        counting.count();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(LeekAutoConfiguration.class)
    static class Application {

        @Bean
        Counting counting() {
            return new Counting();
        }
    }

    static class Counting {

        @LeekTask
        public void count() {
            TaskContext.current().ifPresent(task -> {
                task.log("begins");
                for (int i = 1; i <= 100; i++) {
                    task.progress(i, 100, i < 100 ? null : "all of them");
                }
                task.log("ends");
            });
        }
    }
}

package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskHandle;
import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
class InAppTest {

    @Autowired
    Leek leek;

    @Autowired
    Mailer mailer;

    @BeforeEach
    void forget() {
        Mailer.RAN.clear();
    }

    @Test
    void anOffloadedCallRunsOnTheWorkerAndItsResultIsKept() throws InterruptedException {
        TaskHandle<String> handle = leek.offload(() -> mailer.welcome("ada"));

        assertThat(Mailer.RAN.poll(10, TimeUnit.SECONDS)).isEqualTo("ada");
        Task task = finished(handle);
        assertThat(task.state()).isEqualTo(TaskState.SUCCESS);
        assertThat(handle.result()).contains("welcome ada");
    }

    @Test
    void aThrowingTaskIsKeptAsFailedAndTheNextOneRuns() throws InterruptedException {
        TaskHandle<String> bad = leek.offload(() -> mailer.welcome("fail"));
        leek.offload(() -> mailer.welcome("next"));

        assertThat(Mailer.RAN.poll(10, TimeUnit.SECONDS)).isEqualTo("next");
        Task task = finished(bad);
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.failure().orElseThrow().message()).isEqualTo("no such person");
        assertThat(leek.count(TaskQuery.failed())).isEqualTo(1);
        assertThat(leek.retry(bad.id())).isTrue();
        finished(bad);
    }

    @Test
    void tasksRunInTheOrderQueued() throws InterruptedException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String name = "n" + i;
            expected.add(name);
            leek.offload(() -> mailer.welcome(name));
        }
        List<String> ran = new ArrayList<>();
        while (ran.size() < 100) {
            ran.add(Mailer.RAN.poll(10, TimeUnit.SECONDS));
        }
        assertThat(ran).isEqualTo(expected);
    }

    private Task finished(TaskHandle<?> handle) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < deadline) {
            Task task = handle.find().orElseThrow();
            if (task.state() != TaskState.QUEUED) {
                return task;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("not finished: " + handle.find());
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(LeekAutoConfiguration.class)
    static class Application {

        @Bean
        Mailer mailer() {
            return new Mailer();
        }
    }

    static class Mailer {

        /** Static, because the injected bean is a proxy, whose own fields are never set. */
        static final BlockingQueue<String> RAN = new LinkedBlockingQueue<>();

        @LeekTask
        public String welcome(String to) {
            if (to.equals("fail")) {
                throw new IllegalArgumentException("no such person");
            }
            RAN.add(to);
            return "welcome " + to;
        }
    }
}

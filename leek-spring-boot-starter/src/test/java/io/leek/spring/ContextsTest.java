package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskHandle;
import io.leek.task.TaskQuery;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Several contexts in one process, and one context that stops and starts, as Spring's test cache does it. */
@Timeout(120)
class ContextsTest {

    private static final String OF_A_TEST =
            "org.springframework.boot.test.context.SpringBootTestContextBootstrapper=true";

    @TempDir
    Path folder;

    @BeforeEach
    void forget() {
        Echo.HEARD.clear();
    }

    @Test
    void twoTestContextsSideBySideShareNoWorkerAndNoFile() throws Exception {
        try (ConfigurableApplicationContext one = start("one", OF_A_TEST);
                ConfigurableApplicationContext two = start("two", OF_A_TEST)) {
            TaskHandle<?> ofOne = offload(one, "a");
            assertThat(Echo.HEARD.poll(20, TimeUnit.SECONDS)).isEqualTo("one a");
            TaskHandle<?> ofTwo = offload(two, "b");
            assertThat(Echo.HEARD.poll(20, TimeUnit.SECONDS)).isEqualTo("two b");

            assertThat(one.getBean(Leek.class).find(ofTwo.id())).isEmpty();
            assertThat(two.getBean(Leek.class).find(ofOne.id())).isEmpty();
        }
    }

    @Test
    void twoContextsOnOneFolderShareItsServer() throws Exception {
        String shared = "leek.server.data-dir=" + folder;
        try (ConfigurableApplicationContext one = start("one", shared)) {
            try (ConfigurableApplicationContext two = start("two", shared)) {
                TaskHandle<?> handle = offload(one, "a");
                assertThat(Echo.HEARD.poll(20, TimeUnit.SECONDS)).endsWith(" a");
                assertThat(two.getBean(Leek.class).find(handle.id())).isPresent();
            }
            offload(one, "b");
            assertThat(Echo.HEARD.poll(20, TimeUnit.SECONDS)).isEqualTo("one b");
        }
    }

    @Test
    void aContextStopsAndStartsThreeTimesAndKeepsItsTasks() throws Exception {
        try (ConfigurableApplicationContext context = start("it", "leek.server.data-dir=" + folder)) {
            for (int i = 1; i <= 3; i++) {
                offload(context, "n" + i);
                assertThat(Echo.HEARD.poll(20, TimeUnit.SECONDS)).isEqualTo("it n" + i);
                context.stop();
                context.start();
                assertThat(context.getBean(Leek.class).count(TaskQuery.success()))
                        .isEqualTo(i);
            }
        }
    }

    @Test
    void anApplicationThatSetsARetentionForgetsItsFinishedTasks() throws Exception {
        String shared = "leek.server.data-dir=" + folder;
        TaskHandle<?> handle;
        try (ConfigurableApplicationContext keeping = start("keeping", shared)) {
            handle = offload(keeping, "a");
            assertThat(Echo.HEARD.poll(20, TimeUnit.SECONDS)).isEqualTo("keeping a");
            keeping.stop();
            keeping.start();
            assertThat(keeping.getBean(Leek.class).find(handle.id())).isPresent();
        }
        try (ConfigurableApplicationContext forgetting =
                start("forgetting", shared, "leek.retention.success=1ms", "leek.retention.failed=1ms")) {
            Leek leek = forgetting.getBean(Leek.class);
            while (leek.find(handle.id()).isPresent()) {
                Thread.onSpinWait();
            }
            assertThat(leek.count(TaskQuery.success())).isZero();
        }
    }

    private static TaskHandle<?> offload(ConfigurableApplicationContext context, String word) {
        return context.getBean(Leek.class).offload(Echo.class, echo -> echo.say(word));
    }

    private static ConfigurableApplicationContext start(String name, String... properties) {
        return new SpringApplicationBuilder(Application.class)
                .properties(properties)
                .properties("spring.main.web-application-type=none", "echo.name=" + name)
                .run();
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration(LeekAutoConfiguration.class)
    static class Application {

        @Bean
        Echo echo(Environment environment) {
            return new Echo(environment.getRequiredProperty("echo.name"));
        }
    }

    static class Echo {

        static final BlockingQueue<String> HEARD = new LinkedBlockingQueue<>();

        private final String name;

        Echo(String name) {
            this.name = name;
        }

        @LeekTask
        public void say(String word) {
            HEARD.add(name + " " + word);
        }
    }
}

package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.task.CatchUp;
import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.worker.TaskHandlers;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Timeout(60)
class RecurringTaskTest {

    @TempDir
    Path dir;

    @Test
    void aTaskWithADelayRunsAgainAndAgainWithoutBeingOffloaded() {
        application().run(context -> {
            BlockingQueue<String> ran = context.getBean(Chores.class).ran();
            assertThat(ran.poll(20, TimeUnit.SECONDS)).isEqualTo("swept");
            assertThat(ran.poll(20, TimeUnit.SECONDS)).isEqualTo("swept");
        });
    }

    @Test
    void aTaskWithACronExpressionWaitsForItsNextTimeInTheQueue() {
        application().run(context -> {
            assertThat(context.getBean(Chores.class).ran().poll(20, TimeUnit.SECONDS))
                    .isEqualTo("swept");
            Task nightly = context.getBean(Leek.class).list(TaskQuery.queued()).stream()
                    .filter(task -> task.name().equals("chores.nightly"))
                    .findAny()
                    .orElseThrow();
            assertThat(nightly.dueAt()).isAfter(nightly.enqueuedAt());
            assertThat(nightly.queue()).isEqualTo("night");
        });
    }

    @Test
    void whatIsSwitchedOffOrOrdinaryIsNotDeclared() {
        application().withPropertyValues("sweep=-").run(context -> assertThat(
                        context.getBean(TaskHandlers.class).recurring())
                .singleElement()
                .satisfies(task -> {
                    assertThat(task.name()).isEqualTo("chores.nightly");
                    assertThat(task.cron()).isEqualTo("0 30 3 * * *");
                    assertThat(task.zone()).isEqualTo("Europe/Vienna");
                    assertThat(task.catchUp()).isEqualTo(CatchUp.NONE);
                }));
    }

    private ApplicationContextRunner application() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(LeekAutoConfiguration.class))
                .withUserConfiguration(Application.class)
                .withPropertyValues("leek.server.data-dir=" + dir, "sweep=20ms", "night=0 30 3 * * *");
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        Chores chores() {
            return new Chores();
        }
    }

    static class Chores {

        private final BlockingQueue<String> ran = new LinkedBlockingQueue<>();

        BlockingQueue<String> ran() {
            return ran;
        }

        @LeekTask(fixedDelay = "${sweep}")
        public void sweep() {
            ran.add("swept");
        }

        @LeekTask(cron = "${night}", zone = "Europe/Vienna", queue = "night", catchUp = CatchUp.NONE)
        public void nightly() {
            ran.add("nightly");
        }

        @LeekTask
        public void ordinary() {
            ran.add("ordinary");
        }

        @LeekTask(cron = "-")
        public void off(String argument) {
            ran.add(argument);
        }
    }
}

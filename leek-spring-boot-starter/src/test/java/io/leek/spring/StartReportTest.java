package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.Leek;
import io.leek.server.LeekServer;
import io.leek.server.recovery.Upkeep;
import io.leek.task.TaskQuery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.test.util.ReflectionTestUtils;

/** What the log of an application tells of Leek. */
@ExtendWith(OutputCaptureExtension.class)
class StartReportTest {

    @TempDir
    Path folder;

    @Test
    void inAppItTellsTheDatabaseTheGuaranteeAndTheSettingsInTwoLines(CapturedOutput output) throws Exception {
        Path file = Files.writeString(folder.resolve("application.properties"), "leek.worker.concurrency=4\n");
        try (ConfigurableApplicationContext context = start(
                "--spring.config.additional-location=" + file,
                "--leek.server.data-dir=" + folder.resolve("leek"),
                "--leek.password=hunter2")) {
            assertThat(context.isRunning()).isTrue();
        }

        List<String> lines = linesOf(output, "Leek");
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .contains("Leek runs in-app: tasks are kept in H2 2.4")
                .contains("a file of its own because the application has no DataSource")
                .contains("A worker with 4 threads serves the queues [default]")
                .contains("durable when offload returns")
                .contains("Guarantee 'no transactions': There is no transaction manager, so a task is sent at once")
                .contains("at least once");
        assertThat(lines.get(1))
                .contains("leek.worker.concurrency=4 (application.properties)")
                .contains("leek.server.data-dir=" + folder.resolve("leek") + " (command line)")
                .contains("leek.password=****** (command line)");
        assertThat(output).doesNotContain("hunter2");
    }

    @Test
    void aProducerTellsWhereTheServerIsAndThatItRunsNoTasks(CapturedOutput output) {
        start("--leek.mode=remote", "--leek.port=1").close();

        assertThat(linesOf(output, "Leek runs"))
                .singleElement()
                .asString()
                .contains("Leek runs remote: tasks are kept by the server at localhost:1. This process runs no tasks.");
    }

    @Test
    void aVariableOfTheEnvironmentIsNamedAsItIsWrittenThere(CapturedOutput output) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        "systemEnvironment",
                        new SystemEnvironmentPropertySource("systemEnvironment", Map.of("LEEK_CLIENT_TIMEOUT", "7s")));

        new SpringApplicationBuilder(Application.class)
                .environment(environment)
                .run("--leek.mode=remote", "--leek.port=1")
                .close();

        assertThat(output).contains("leek.client.timeout=7s (environment LEEK_CLIENT_TIMEOUT)");
    }

    @Test
    void aNameThatNobodyReadsIsPointedOut(CapturedOutput output) {
        start("--leek.mode=remote", "--leek.port=1", "--leek.worker.concurency=4")
                .close();

        assertThat(output)
                .contains("leek.worker.concurency (command line), did you mean leek.worker.concurrency?")
                .doesNotContain("leek.worker.concurency=4");
    }

    @Test
    void aChildContextIsNoStart(CapturedOutput output) {
        try (ConfigurableApplicationContext context = start("--leek.mode=remote", "--leek.port=1")) {
            ApplicationContext child = new StaticApplicationContext(context);
            context.publishEvent(new ContextRefreshedEvent(child));
        }

        assertThat(linesOf(output, "Leek runs")).hasSize(1);
    }

    @Test
    void anIdleApplicationSaysNothingMore(CapturedOutput output) {
        try (ConfigurableApplicationContext context =
                start("--leek.server.data-dir=" + folder.resolve("leek"), "--leek.client.timeout=60s")) {
            LeekServer server = ReflectionTestUtils.invokeMethod(context.getBean(InAppServer.class), "server");
            ApplicationContext parts =
                    (ApplicationContext) ReflectionTestUtils.getField(Objects.requireNonNull(server), "context");
            Upkeep upkeep = Objects.requireNonNull(parts).getBean(Upkeep.class);
            awaitJoined(output);
            // Look-ups come up in the background; this waits for them.
            context.getBean(Leek.class).count(TaskQuery.queued());
            int said = output.getAll().length();

            for (int second = 0; second < 600; second++) {
                upkeep.tick();
            }

            assertThat(output.getAll().substring(said)).isEmpty();
        }
    }

    /** The last line of a start comes from the server's own thread. */
    private static void awaitJoined(CapturedOutput output) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!output.getAll().contains(" joined: ")) {
            assertThat(System.nanoTime()).as("time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static List<String> linesOf(CapturedOutput output, String word) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains(": " + word) || line.contains(" : " + word))
                .toList();
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        return new SpringApplicationBuilder(Application.class).run(arguments);
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration(LeekAutoConfiguration.class)
    static class Application {}
}

package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.Leek;
import io.leek.task.Task;
import io.leek.task.TaskQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

class ExitingTaskTest {

    @TempDir
    Path folder;

    @Test
    void aTaskThatEndsItsProcessThreeTimesIsParkedAndTheFourthProcessLives() throws Exception {
        assertThat(run("exit-once")).isEqualTo(ExitingApplication.EXIT_CODE);
        assertThat(run()).isEqualTo(ExitingApplication.EXIT_CODE);
        assertThat(run()).isEqualTo(ExitingApplication.EXIT_CODE);

        try (ConfigurableApplicationContext context = ExitingApplication.start(folder.toString())) {
            List<Task> failed = context.getBean(Leek.class).list(TaskQuery.failed());
            assertThat(failed).hasSize(1);
            assertThat(failed.get(0).crashes()).isEqualTo(3);
            assertThat(failed.get(0).failure().orElseThrow().reason()).isEqualTo("crashed");
        }
    }

    private int run(String... key) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ExitingApplication.class.getName(),
                folder.toString()));
        command.addAll(List.of(key));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ended").isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}

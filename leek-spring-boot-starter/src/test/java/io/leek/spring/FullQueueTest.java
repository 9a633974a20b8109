package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.leek.Leek;
import io.leek.TaskRefusedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class FullQueueTest {

    @TempDir
    Path folder;

    private ApplicationContextRunner runner(String maxQueued) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(LeekAutoConfiguration.class))
                .withPropertyValues(
                        "leek.store=file",
                        "leek.server.data-dir=" + folder,
                        "leek.worker.enabled=false",
                        "leek.server.max-queued=" + maxQueued);
    }

    @Test
    void whatIsBeyondTheLimitIsRefusedWithItsCodeAndWhatToDo() {
        runner("1").run(context -> {
            Leek leek = context.getBean(Leek.class);
            leek.push("mailer.welcome", "ada");

            TaskRefusedException refused =
                    catchThrowableOfType(TaskRefusedException.class, () -> leek.push("mailer.welcome", "grace"));

            assertThat(refused.code()).isEqualTo("FULL");
            assertThat(refused)
                    .hasMessageContaining("(mailer.welcome) was refused: the queue has 1 tasks")
                    .hasMessageContaining("leek.server.max-queued=1")
                    .hasMessageContaining("raise the limit")
                    .hasMessageNotContaining("grace");
        });
    }

    @Test
    void aLimitThatMakesNoSenseIsRefusedAtStart() {
        runner("0").run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessage("leek.server.max-queued must be at least 1, but was 0"));
    }
}

package io.leek.spring.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.spring.LeekAutoConfiguration;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import tools.jackson.databind.JsonNode;

class TimeoutOptionsTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(LeekAutoConfiguration.class))
            .withBean(RecordingGateway.class)
            .withBean("slow", Slow.class)
            .withPropertyValues("leek.mode=remote", "leek.worker.enabled=false", "app.longest=PT10S");

    /** What an offload sends. */
    private JsonNode timeoutOf(BiConsumer<Leek, Slow> offload) {
        JsonNode[] sent = new JsonNode[1];
        runner.run(context -> {
            offload.accept(context.getBean(Leek.class), context.getBean(Slow.class));
            sent[0] = context.getBean(RecordingGateway.class)
                    .only()
                    .path("custom")
                    .path("leek")
                    .path("timeout_ms");
        });
        return sent[0];
    }

    @Test
    void theTimeoutOfTheAnnotationTravelsWithTheTaskAlsoFromAPlaceholder() {
        assertThat(timeoutOf((leek, slow) -> leek.offload(() -> slow.half())).asLong())
                .isEqualTo(30_000);
        assertThat(timeoutOf((leek, slow) -> leek.offload(() -> slow.configured()))
                        .asLong())
                .isEqualTo(10_000);
    }

    @Test
    void theTimeoutOfTheCallWins() {
        assertThat(timeoutOf((leek, slow) ->
                                leek.with().timeout(Duration.ofMillis(1_500)).offload(() -> slow.half()))
                        .asLong())
                .isEqualTo(1_500);
    }

    @Test
    void withoutATimeoutNothingIsSent() {
        assertThat(timeoutOf((leek, slow) -> leek.offload(() -> slow.unlimited()))
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void aTimeoutOfNothingIsRefused() {
        runner.run(context -> assertThatThrownBy(
                        () -> context.getBean(Leek.class).with().timeout(Duration.ZERO))
                .hasMessage("timeout must be 1ms to 365d, but was PT0S"));
    }

    static class Slow {

        @LeekTask(timeout = "30s")
        public void half() {}

        @LeekTask(timeout = "${app.longest}")
        public void configured() {}

        @LeekTask
        public void unlimited() {}
    }
}

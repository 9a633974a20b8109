package io.leek.spring.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.spring.LeekAutoConfiguration;
import io.leek.task.RetryBackoff;
import io.leek.task.RetryDecision;
import io.leek.task.RetryRule;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOffExecution;
import tools.jackson.databind.JsonNode;

class RetryOptionsTest {

    private static final String[] PROPERTIES = {
        "leek.mode=remote",
        "leek.worker.enabled=false",
        "leek.retry.max-retries=2",
        "leek.retry.delay=3s",
        "leek.retry.multiplier=2",
        "leek.retry.max-delay=1m",
        "leek.retry.jitter=100ms",
        "app.delay=PT10S"
    };

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(LeekAutoConfiguration.class))
            .withBean(RecordingGateway.class)
            .withBean("flaky", Flaky.class)
            .withPropertyValues(PROPERTIES);

    /** What an offload sends. */
    private void sends(Consumer<Sent> check) {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            check.accept(new Sent(
                    context.getBean(Leek.class),
                    context.getBean(Flaky.class),
                    context.getBean(RecordingGateway.class)));
        });
    }

    record Sent(Leek leek, Flaky flaky, RecordingGateway gateway) {

        JsonNode retry() {
            return gateway.only().path("custom").path("leek").path("retry");
        }
    }

    @Test
    void whatTheAnnotationLeavesOpenComesFromTheProperties() {
        sends(sent -> {
            sent.leek().offload(() -> sent.flaky().plain());

            assertThat(sent.gateway().only().path("retry").asInt()).isEqualTo(2);
            assertThat(sent.retry())
                    .hasToString("{\"delay_ms\":3000,\"multiplier\":2.0,\"max_delay_ms\":60000,\"jitter_ms\":100}");
        });
        sends(sent -> {
            sent.leek().push("elsewhere");

            assertThat(sent.retry().path("delay_ms").asInt()).isEqualTo(3000);
        });
    }

    @Test
    void theAnnotationWinsOverThePropertiesPartByPart() {
        sends(sent -> {
            sent.leek().offload(() -> sent.flaky().own());

            assertThat(sent.gateway().only().path("retry").asInt()).isEqualTo(5);
            assertThat(sent.retry())
                    .hasToString("{\"delay_ms\":10000,\"multiplier\":1.5,\"max_delay_ms\":60000,\"jitter_ms\":250}");
        });
    }

    @Test
    void theOptionsOfOneOffloadWinOverBoth() {
        sends(sent -> {
            sent.leek()
                    .with()
                    .maxRetries(1)
                    .key("k")
                    .backoff(RetryBackoff.of(Duration.ofMinutes(1)))
                    .offload(() -> sent.flaky().own());

            assertThat(sent.gateway().only().path("retry").asInt()).isEqualTo(1);
            assertThat(sent.gateway().only().path("custom").path("leek"))
                    .hasToString("{\"key\":\"k\",\"retry\":{\"delay_ms\":60000}}");
        });
    }

    @Test
    void withoutRetriesNothingIsSentOfTheirDelays() {
        sends(sent -> {
            sent.leek().with().maxRetries(0).offload(() -> sent.flaky().own());

            assertThat(sent.gateway().only().has("custom")).isFalse();
        });
    }

    @Test
    void delaysThatCannotBeStopTheStart() {
        runner.withPropertyValues("leek.retry.multiplier=0.5").run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining("multiplier must be 1 or more, but was 0.5"));
    }

    @Test
    void onlyIncludedExceptionsAndThoseTheyCausedAreRetried() {
        mayRetry("flaky.choosy", new IOException("no route"), true);
        mayRetry("flaky.choosy", new UncheckedIOException(new IOException("no route")), true);
        mayRetry("flaky.choosy", new IllegalStateException("mistake"), false);
    }

    @Test
    void excludedExceptionsAndThoseTheyCausedAreNotRetried() {
        mayRetry("flaky.choosy", new FileNotFoundException("no file"), false);
        mayRetry("flaky.choosy", new IllegalStateException(new FileNotFoundException("no file")), false);
        mayRetry("flaky.plain", new FileNotFoundException("no file"), true);
    }

    private void mayRetry(String task, Exception thrown, boolean expected) {
        runner.run(context -> assertThat(context.getBean(TaskMethods.class)
                        .find(task)
                        .orElseThrow()
                        .mayRetry(thrown))
                .as("%s after %s", task, thrown)
                .isEqualTo(expected));
    }

    /** The formula is Leek's own, because Spring's draws from a random source that no test can set. */
    @Test
    void theDelaysAreThoseOfSpringsRetryPolicy() {
        for (Duration longest : new Duration[] {Duration.ofDays(30), Duration.ofMillis(2_700)}) {
            BackOffExecution springs = RetryPolicy.builder()
                    .maxRetries(20)
                    .delay(Duration.ofMillis(100))
                    .multiplier(3)
                    .maxDelay(longest)
                    .build()
                    .getBackOff()
                    .start();
            RetryRule ours = new RetryRule(
                    20, RetryBackoff.of(Duration.ofMillis(100)).multiplier(3).maxDelay(longest));
            for (int retry = 1; retry <= 20; retry++) {
                assertThat(RetryDecision.next(ours, retry, new Random(1)))
                        .as("before retry %d", retry)
                        .contains(Duration.ofMillis(springs.nextBackOff()));
            }
        }
    }

    static class Flaky {

        @LeekTask
        public void plain() {}

        @LeekTask(maxRetries = 5, delay = "${app.delay}", multiplier = 1.5, jitter = "250")
        public void own() {}

        @LeekTask(includes = IOException.class, excludes = FileNotFoundException.class)
        public void choosy() {}
    }
}

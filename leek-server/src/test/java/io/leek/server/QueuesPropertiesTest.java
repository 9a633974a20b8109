package io.leek.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.server.dispatch.QueueRules;
import io.leek.server.store.RateLimit;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class QueuesPropertiesTest {

    @Test
    void aQueueNeedsNoSettings() {
        assertThat(bind(Map.of()).rules()).isEmpty();
    }

    @Test
    void eachQueueHasARateOfItsOwn() {
        assertThat(bind(Map.of(
                                "leek.queues.mail.rate-limit", "100/s",
                                "leek.queues.night-work.rate-limit", "10/m",
                                "leek.queues[a.b].rate-limit", "1000/h"))
                        .rules())
                .isEqualTo(Map.of(
                        "mail", new QueueRules(new RateLimit(100, Duration.ofSeconds(1))),
                        "night-work", new QueueRules(new RateLimit(10, Duration.ofMinutes(1))),
                        "a.b", new QueueRules(new RateLimit(1000, Duration.ofHours(1)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "10", "0/s", "-1/s", "10/d", "1.5/s", "10 / s", "1000001/s", "99999999/s"})
    void whatIsNoRateIsRefusedWithTheNameOfItsProperty(String rate) {
        assertThatThrownBy(() -> bind(Map.of("leek.queues.mail.rate-limit", rate)))
                .rootCause()
                .hasMessage("leek.queues.mail.rate-limit must be 1 to 1000000 tasks a second, minute or hour, as in"
                        + " 100/s, 10/m or 1000/h, but was '" + rate + "'");
    }

    @Test
    void whatIsNoNameOfAQueueIsRefused() {
        assertThatThrownBy(() -> bind(Map.of("leek.queues[a b].rate-limit", "1/s")))
                .rootCause()
                .hasMessageContaining("but found 'a b'");
    }

    private static QueuesProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate("leek", QueuesProperties.class);
    }
}

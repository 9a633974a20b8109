package io.leek.spring.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueueRoutesTest {

    @Test
    void aTaskThatNoPatternNamesGoesToTheDefaultQueue() {
        assertThat(QueueRoutes.of(Map.of("reports", List.of("report.*"))).queueOf("mailer.welcome"))
                .isEqualTo("default");
    }

    @Test
    void thePatternWithTheMostCharactersWinsWhateverTheOrder() {
        QueueRoutes routes = QueueRoutes.of(Map.of(
                "all", List.of("*"),
                "reports", List.of("report.*", "*.report"),
                "daily", List.of("report.daily*"),
                "exact", List.of("report.daily")));

        assertThat(routes.queueOf("mailer.welcome")).isEqualTo("all");
        assertThat(routes.queueOf("report.build")).isEqualTo("reports");
        assertThat(routes.queueOf("sales.report")).isEqualTo("reports");
        assertThat(routes.queueOf("report.dailySum")).isEqualTo("daily");
        assertThat(routes.queueOf("report.daily")).isEqualTo("exact");
    }

    @Test
    void aPatternOfTwoQueuesIsRefused() {
        assertThatThrownBy(() -> QueueRoutes.of(Map.of("a", List.of("report.*"), "b", List.of("report.*"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("leek.queues.b.tasks and leek.queues.a.tasks both have 'report.*'; only one can have it");
    }

    @Test
    void aBlankPatternIsRefused() {
        assertThatThrownBy(() -> QueueRoutes.of(Map.of("a", List.of(" "))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leek.queues.a.tasks");
    }
}

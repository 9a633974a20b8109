package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ServedQueuesTest {

    @Test
    void withoutSettingsAllQueuesThatTasksNameShareTheThreads() {
        assertThat(served(Map.of())).hasToString("A worker with 1 thread serves the queues [default, mail, night]");
    }

    @Test
    void aQueueIsServedOnceItIsDeclared() {
        assertThat(served(Map.of("leek.queues.reports.tasks", "report.*")).shared())
                .containsExactly("default", "mail", "night", "reports");
    }

    @Test
    void aQueueWithThreadsOfItsOwnIsApartFromTheOthers() {
        assertThat(served(Map.of("leek.queues.mail.concurrency", "3", "leek.worker.concurrency", "2")))
                .hasToString("A worker with 2 threads serves the queues [default, night],"
                        + " a worker with 3 threads serves the queue mail");
    }

    @Test
    void aQueueWithThreadsOfItsOwnIsServedThoughTheListOfQueuesDoesNotNameIt() {
        ServedQueues served =
                served(Map.of("leek.queues[a.b].concurrency", "1", "leek.worker.queues", "night,default"));

        assertThat(served.shared()).containsExactly("night", "default");
        assertThat(served.own()).containsExactly(Map.entry("a.b", 1));
    }

    @Test
    void noThreadsAreSharedWhereEveryQueueHasItsOwn() {
        assertThat(served(Map.of("leek.worker.queues", "mail", "leek.queues.mail.concurrency", "1")))
                .hasToString("A worker with 1 thread serves the queue mail");
    }

    @Test
    void whatIsNoNumberOfThreadsOrNoNameOfAQueueIsRefused() {
        assertThatThrownBy(() -> served(Map.of("leek.queues.mail.concurrency", "0")))
                .rootCause()
                .hasMessage("leek.queues.mail.concurrency must be at least 1, but was 0");
        assertThatThrownBy(() -> served(Map.of("leek.queues[a b].concurrency", "1")))
                .rootCause()
                .hasMessageContaining("but found 'a b'");
    }

    private static ServedQueues served(Map<String, String> settings) {
        LeekProperties properties =
                new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate("leek", LeekProperties.class);
        return ServedQueues.of(properties, Set.of("default", "night", "mail"));
    }
}

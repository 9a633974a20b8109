package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskHandle;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** From the call over the socket to the table and back. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
@Timeout(60)
class KeysTest {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);

    @Autowired
    Leek leek;

    @Autowired
    Index index;

    @Test
    void whileATaskRunsOneMoreOfItsKeyCanBeQueued() throws InterruptedException {
        TaskHandle<Integer> running = leek.with().keyWhileQueued("reindex").offload(() -> index.rebuild());
        assertThat(Index.BEGUN.tryAcquire(20, TimeUnit.SECONDS)).isTrue();

        TaskHandle<Integer> queued = leek.with().keyWhileQueued("reindex").offload(() -> index.rebuild());
        TaskHandle<Integer> coalesced = leek.with().keyWhileQueued("reindex").offload(() -> index.rebuild());
        Index.MAY_END.release(2);

        assertThat(queued.isNew()).isTrue();
        assertThat(coalesced.isNew()).isFalse();
        assertThat(coalesced.id()).isEqualTo(queued.id()).isNotEqualTo(running.id());
        assertThat(running.await(LONG_ENOUGH)).isEqualTo(1);
        assertThat(coalesced.await(LONG_ENOUGH)).isEqualTo(2);
    }

    @Test
    void withinItsTimeAKeyGivesTheTaskThatHasFinishedAndItsResult() {
        TaskHandle<String> first =
                leek.with().key("digest:ada", Duration.ofHours(1)).offload(() -> index.digest("first"));
        assertThat(first.await(LONG_ENOUGH)).isEqualTo("first");

        TaskHandle<String> second =
                leek.with().key("digest:ada", Duration.ofHours(1)).offload(() -> index.digest("second"));

        assertThat(second.isNew()).isFalse();
        assertThat(second.await(LONG_ENOUGH)).isEqualTo("first");
        assertThat(leek.with()
                        .key("digest:bob", Duration.ofHours(1))
                        .offload(() -> index.digest("other"))
                        .isNew())
                .isTrue();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(LeekAutoConfiguration.class)
    static class Application {

        @Bean
        Index index() {
            return new Index();
        }
    }

    static class Index {

        static final Semaphore BEGUN = new Semaphore(0);
        static final Semaphore MAY_END = new Semaphore(0);
        private int rebuilt;

        @LeekTask(queue = "index")
        public int rebuild() throws InterruptedException {
            BEGUN.release();
            MAY_END.acquire();
            return ++rebuilt;
        }

        @LeekTask
        public String digest(String text) {
            return text;
        }
    }
}

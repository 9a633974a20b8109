package io.leek.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OncePerMinuteTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final OncePerMinute said = new OncePerMinute(nanos::get);

    @Test
    void eachKindIsSaidOnceAMinute() {
        assertThat(said.isDue("store")).isTrue();
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(said.isDue("store")).isFalse();
        assertThat(said.isDue("password")).isTrue();

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(said.isDue("store")).isTrue();
        assertThat(said.isDue("password")).isFalse();
    }

    @Test
    void kindsWithoutEndAreNotRememberedForEver() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(said.isDue("client " + i)).isTrue();
        }
        assertThat(said.isDue("one more")).isFalse();

        nanos.addAndGet(Duration.ofMinutes(1).toNanos());

        assertThat(said.isDue("one more")).isTrue();
    }
}

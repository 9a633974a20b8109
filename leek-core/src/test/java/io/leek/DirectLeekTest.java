package io.leek;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DirectLeekTest {

    private final Leek leek = Leek.direct();
    private final List<String> sent = new ArrayList<>();

    @Test
    void anOffloadIsADirectCall() {
        TaskHandle<Void> handle = leek.offload(() -> welcome("ada"));

        assertThat(sent).containsExactly("ada");
        assertThat(UUID.fromString(handle.id()).version()).isEqualTo(7);
        assertThat(handle.isNew()).isTrue();
        assertThat(handle.result()).isEmpty();
    }

    @Test
    void aResultIsThereAtOnce() {
        TaskHandle<Integer> handle = leek.offload(() -> length("ada"));

        assertThat(handle.result()).contains(3);
        assertThat(handle.await(Duration.ZERO)).isEqualTo(3);
        assertThat(handle.toCompletableFuture()).isCompletedWithValue(3);
    }

    @Test
    void tasksToKeepAndManyAtOnceAreCalls() {
        Task1<String, Void> welcome = leek.task(this::welcome);
        welcome.offload("ada");
        leek.offloadAll(List.of("bob", "cy"), this::welcome);

        assertThat(sent).containsExactly("ada", "bob", "cy");
    }

    @Test
    void optionsChangeNothing() {
        leek.with().delay(Duration.ofDays(1)).key("k").queue("q").priority(9).offload(() -> welcome("ada"));

        assertThat(sent).containsExactly("ada");
    }

    @Test
    void theCallerGetsTheMethodsOwnException() {
        IOException thrown = new IOException("no route");

        assertThatThrownBy(() -> leek.offload(() -> {
                    sent.add("begun");
                    throw thrown;
                }))
                .isSameAs(thrown);
    }

    @Test
    void whatNeedsAQueueOrBeansSaysWhatToUseInstead() {
        assertThatThrownBy(() -> leek.find("task-0001"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("leek.mode=inline");
        assertThatThrownBy(() -> leek.push("mailer.welcome", "ada"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("no application context");
    }

    private void welcome(String to) {
        sent.add(to);
    }

    private int length(String text) {
        return text.length();
    }
}

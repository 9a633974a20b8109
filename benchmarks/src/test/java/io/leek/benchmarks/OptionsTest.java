package io.leek.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Store;
import io.leek.benchmarks.measure.Measures;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void onlyAWholeRunWritesTheDocument() {
        assertThat(Options.parse().out()).isEqualTo(Path.of("docs/benchmarks.md"));
        assertThat(Options.parse("--rounds=3").out()).isEqualTo(Path.of("docs/benchmarks.md"));
        assertThat(Options.parse("--quick").out()).isEqualTo(Path.of("benchmarks/target/benchmarks.md"));
        assertThat(Options.parse("--measures=bulk").out()).isEqualTo(Path.of("benchmarks/target/benchmarks.md"));
    }

    @Test
    void aNameThatNobodyHasIsRefusedWithTheNamesThatThereAre() {
        assertThatThrownBy(() -> Options.parse("--contenders=leek,kafka"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kafka")
                .hasMessageContaining("jobrunr");
    }

    @Test
    void eachRoundBeginsWithAnotherContender() {
        Selection selection =
                new Selection(Set.of(Contenders.LEEK, Contenders.JOBRUNR), Set.of(Store.H2), Set.of(Measures.BULK));

        assertThat(selection.round(1).get(0)).isEqualTo(selection.round(2).get(1));
        assertThat(selection.round(1)).containsExactlyInAnyOrderElementsOf(selection.round(2));
    }
}

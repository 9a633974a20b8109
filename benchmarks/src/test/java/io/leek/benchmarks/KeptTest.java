package io.leek.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Store;
import io.leek.benchmarks.measure.Measures;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTest {

    private static final Map<String, String> MACHINE = Map.of("Processor", "a fast one", "Memory", "8 GB", "JDK", "17");
    private static final Subject LEEK = new Subject(Measures.BULK, Store.H2, Contenders.LEEK);
    private static final Subject JOBRUNR = new Subject(Measures.BULK, Store.H2, Contenders.JOBRUNR);

    private final Kept kept = new Kept(MACHINE, LocalDate.of(2026, 11, 22), List.of())
            .with(new Result(1, LEEK, Map.of("per_s", 12.5), null))
            .with(new Result(2, JOBRUNR, Map.of(), "it ended with code 3"));

    @Test
    void whatWasWrittenIsReadAgain(@TempDir Path folder) throws Exception {
        Path file = Kept.file(folder.resolve("docs/benchmarks.md"));
        kept.write(file);

        assertThat(file).isEqualTo(folder.resolve("docs/benchmarks.json"));
        assertThat(Kept.read(file)).isEqualTo(kept);
    }

    @Test
    void aMeasurementCountsForItsRound() {
        assertThat(kept.has(1, LEEK)).isTrue();
        assertThat(kept.has(2, LEEK)).isFalse();
        assertThat(kept.has(2, JOBRUNR)).isTrue();
        assertThat(kept.rounds()).isEqualTo(2);
    }

    @Test
    void measurementsOfTwoMachinesAreNotMixed() {
        kept.requireSame(MACHINE);

        assertThatThrownBy(() -> kept.requireSame(Map.of("Processor", "a slow one", "Memory", "8 GB", "JDK", "17")))
                .hasMessageContaining("a fast one")
                .hasMessageContaining("a slow one");
        Map<String, String> quick = new HashMap<>(MACHINE);
        quick.put(Kept.QUICK, "these figures mean little");
        assertThatThrownBy(() -> kept.requireSame(quick)).hasMessageContaining(Kept.QUICK);
    }
}

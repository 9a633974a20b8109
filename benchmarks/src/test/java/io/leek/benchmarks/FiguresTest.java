package io.leek.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.benchmarks.Figures.Figure;
import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Store;
import io.leek.benchmarks.measure.Measures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiguresTest {

    private static final Figure LEEK = Figure.of(Measures.BULK, Store.H2, Contenders.LEEK, "per_s");
    private static final Figure JOBRUNR = Figure.of(Measures.BULK, Store.H2, Contenders.JOBRUNR, "per_s");

    @Test
    void theSpreadIsTheMiddleAndTheEndsOfTheRounds() {
        Figures figures = new Figures(List.of(result(1, LEEK, 30), result(2, LEEK, 10), result(3, LEEK, 14)));

        assertThat(figures.spread(LEEK)).contains(new Spread(14, 10, 30));
        assertThat(figures.spread(JOBRUNR)).isEmpty();
    }

    @Test
    void aComparisonIsMadeWithinARound() {
        Figures figures = new Figures(
                List.of(result(1, LEEK, 100), result(1, JOBRUNR, 10), result(2, LEEK, 30), result(2, JOBRUNR, 30)));

        assertThat(figures.compare(LEEK, JOBRUNR, (leek, other) -> leek / other))
                .contains(new Spread(5.5, 1, 10));
    }

    @Test
    void aRoundThatFailedForOneIsLeftOutOfTheComparison() {
        Result failed = new Result(2, JOBRUNR.subject(), Map.of(), "it ended with code 3");
        Figures figures =
                new Figures(List.of(result(1, LEEK, 100), result(1, JOBRUNR, 50), result(2, LEEK, 900), failed));

        assertThat(figures.compare(LEEK, JOBRUNR, (leek, other) -> leek / other))
                .contains(new Spread(2, 2, 2));
        assertThat(figures.failures()).containsExactly(failed);
    }

    private static Result result(int round, Figure figure, double value) {
        return new Result(round, figure.subject(), Map.of(figure.name(), value), null);
    }
}

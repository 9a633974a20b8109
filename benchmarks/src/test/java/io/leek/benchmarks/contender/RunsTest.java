package io.leek.benchmarks.contender;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunsTest {

    @Test
    void anArgumentHasThirtyBytes() {
        assertThat(Runs.argument(0)).hasSize(30);
        assertThat(Runs.argument(1_000_000)).hasSize(30);
    }

    @Test
    void aTaskThatRunsAgainCountsOnceAndIsReported() {
        Runs.expect(100, 3);

        Runs.ran(Runs.argument(100));
        Runs.ran(Runs.argument(102));
        Runs.ran(Runs.argument(102));

        assertThat(Runs.tally().distinct()).isEqualTo(2);
        assertThat(Runs.tally().repeated()).isEqualTo(1);
    }

    @Test
    void leftOversOfAnEarlierPhaseDoNotCount() {
        Runs.expect(100, 3);

        Runs.ran(Runs.argument(99));
        Runs.ran(Runs.argument(103));

        assertThat(Runs.tally().distinct()).isZero();
    }

    @Test
    void leftOversOfAnEarlierDrainCountWithTheNext() {
        Runs.expect(0, 3);
        Runs.ran(Runs.argument(0));

        assertThat(Runs.expectAlso(2)).isEqualTo(4);
        Runs.ran(Runs.argument(1));
        Runs.ran(Runs.argument(4));

        assertThat(Runs.tally().distinct()).isEqualTo(2);
    }
}

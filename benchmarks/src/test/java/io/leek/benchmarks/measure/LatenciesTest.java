package io.leek.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 127, 128, 255, 256, 257, 511, 512, 45_238, 3_983_464, 6_324_382_099L, Long.MAX_VALUE})
    void aTimeIsKeptWithinHalfAPerCent(long nanos) {
        Latencies latencies = new Latencies();

        latencies.add(nanos);

        assertThat(latencies.micros(0.5) * 1e3).isCloseTo(nanos, Percentage.withPercentage(0.5));
    }

    @Test
    void aShareIsTakenOfTheTimesOfAllCallers() {
        Latencies one = new Latencies();
        Latencies other = new Latencies();
        for (int i = 0; i < 50; i++) {
            one.add(i);
            other.add(50 + i);
        }

        one.addAll(other);

        assertThat(one.count()).isEqualTo(100);
        assertThat(one.micros(0.5)).isCloseTo(0.050, within(1e-9));
        assertThat(one.micros(0.99)).isCloseTo(0.099, within(1e-9));
        assertThat(one.micros(1)).isCloseTo(0.099, within(1e-9));
    }

    @Test
    void withoutCallsThereIsNoTime() {
        assertThat(new Latencies().micros(0.5)).isNaN();
    }
}

package io.leek.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentHandOutsTest {

    private static final Instant NOW = TestClock.START;

    @ParameterizedTest
    @ValueSource(strings = {"1/s", "7/s", "100/s", "10/m", "1000/h"})
    void inNoPeriodThereAreMoreThanTheLimitAndInTheLongRunHardlyFewer(String rate) {
        RateLimit limit = RateLimit.parse(rate);
        Random random = new Random(rate.hashCode());
        List<Instant> taken = new ArrayList<>();
        String kept = "";
        Instant now = NOW;
        while (now.isBefore(NOW.plus(limit.period().multipliedBy(10)))) {
            RecentHandOuts recent = new RecentHandOuts(kept, limit, now);
            int wanted = 1 + random.nextInt(limit.tasks() + 1);
            int got = recent.take(wanted, now);
            for (int i = 0; i < got; i++) {
                taken.add(now);
            }
            kept = recent.toString();
            now = got < wanted ? recent.again() : now.plus(limit.period().dividedBy(97));
        }

        for (int i = limit.tasks(); i < taken.size(); i++) {
            assertThat(Duration.between(taken.get(i - limit.tasks()), taken.get(i)))
                    .isGreaterThanOrEqualTo(limit.period());
        }
        assertThat(taken.size()).isGreaterThanOrEqualTo(limit.tasks() * 9);
    }

    @Test
    void aLimitThatWasLoweredIsKeptFromThenOn() {
        RecentHandOuts before = new RecentHandOuts("", RateLimit.parse("10/m"), NOW);
        before.take(4, NOW);
        before.take(4, NOW.plusSeconds(30));

        RecentHandOuts after = new RecentHandOuts(before.toString(), RateLimit.parse("3/m"), NOW.plusSeconds(31));

        assertThat(after.take(1, NOW.plusSeconds(31))).isZero();
        assertThat(after.again()).isAfter(NOW.plusSeconds(89));
    }

    @Test
    void whatWasTakenBeforeTheClockWasSetBackALittleCounts() {
        RateLimit limit = RateLimit.parse("5/s");
        RecentHandOuts ahead = new RecentHandOuts("", limit, NOW.plusSeconds(4));
        ahead.take(5, NOW.plusSeconds(4));

        assertThat(new RecentHandOuts(ahead.toString(), limit, NOW).take(1, NOW))
                .isZero();
    }

    @Test
    void whatWasTakenBeforeTheClockWasSetBackByMoreIsForgotten() {
        RateLimit limit = RateLimit.parse("5/s");
        RecentHandOuts ahead = new RecentHandOuts("", limit, NOW.plusSeconds(3600));
        ahead.take(5, NOW.plusSeconds(3600));

        assertThat(new RecentHandOuts(ahead.toString(), limit, NOW).take(9, NOW))
                .isEqualTo(5);
    }
}

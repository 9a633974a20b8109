package io.leek.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.leek.server.store.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ClockCheckTest {

    private static final Logger LOG = (Logger) LoggerFactory.getLogger(ClockCheck.class);

    private final TestClock clock = new TestClock();
    private final AtomicLong nanos = new AtomicLong();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Thread mine = Thread.currentThread();
    private Duration ahead = Duration.ZERO;
    private Duration took = Duration.ZERO;

    private final ClockCheck check = new ClockCheck(new Clocks(clock, nanos::get, this::databaseTime));

    private Instant databaseTime() {
        Instant asked = clock.instant();
        clock.advance(took);
        return asked.minus(ahead);
    }

    @BeforeEach
    void listen() {
        LOG.setLevel(Level.INFO);
        lines.start();
        LOG.addAppender(lines);
    }

    @AfterEach
    void leave() {
        LOG.detachAppender(lines);
        LOG.setLevel(null);
    }

    private List<String> said() {
        return lines.list.stream()
                .filter(event -> event.getThreadName().equals(mine.getName()))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void fiveSecondsAreAllowedInEitherDirection() {
        for (long millis : new long[] {0, 5_000, -5_000}) {
            ahead = Duration.ofMillis(millis);
            assertThat(check.isRight()).as("%d ms ahead", millis).isTrue();
        }
        for (long millis : new long[] {5_001, -5_001}) {
            ahead = Duration.ofMillis(millis);
            assertThat(check.isRight()).as("%d ms ahead", millis).isFalse();
        }
    }

    @Test
    void aSlowAnswerOfTheDatabaseIsNoDifference() {
        took = Duration.ofSeconds(20);

        assertThat(check.isRight()).isTrue();
        ahead = Duration.ofSeconds(-26);
        assertThat(check.isRight()).isFalse();
    }

    @Test
    void itIsSaidWhatIsWrongOnceAMinuteAndThatItIsMended() {
        ahead = Duration.ofMillis(6_250);
        check.isRight();
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        check.isRight();
        assertThat(said())
                .containsExactly("This server's clock is 6.25 s ahead of the database's: it says "
                        + clock.instant() + ", the database "
                        + clock.instant().minus(ahead) + ", and at most 5 s are allowed. It hands out no tasks until"
                        + " they agree. Set the clocks of both machines, by NTP for example");

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        ahead = Duration.ofSeconds(-7);
        check.isRight();
        assertThat(said()).hasSize(2).last().asString().contains("is 7.0 s behind the database's");

        ahead = Duration.ZERO;
        check.isRight();
        check.isRight();
        assertThat(said()).hasSize(3).last().asString().contains("agrees with the database's again");
    }
}

package io.leek.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.Postgres;
import io.leek.server.store.StoreSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PostgresRecurringTest extends RecurringContract {

    @Override
    StoreSettings.Location location() {
        return Postgres.newDatabase();
    }

    @Test
    void twoServersQueueOneRunForEachTime() {
        declares(cron("report", "0 0 * * * *", "ONCE"));
        try (ServerRig other = ServerRig.start(server.store().location(), server.clock())) {
            other.client()
                    .sends("LEEK DECLARE {\"recurring\":[" + cron("report", "0 0 * * * *", "ONCE") + "]}")
                    .expectOk();
            assertThat(queued()).containsExactly("2026-03-01T11:00:00Z");

            comes(Duration.ofHours(1));
            other.pass(Duration.ofSeconds(1));
            finishes("report");
            other.pass(Duration.ofSeconds(1));
            server.pass(Duration.ofSeconds(1));

            assertThat(queued()).containsExactly("2026-03-01T12:00:00Z");
        }
    }

    @Test
    void aServerWhoseClockIsWrongQueuesNothingAndRemovesNothing() {
        declares(cron("report", "0 0 * * * *", "NONE"));
        server.runAhead(Duration.ofMinutes(10));
        server.pass(Duration.ofSeconds(10));
        comes(Duration.ofHours(2));

        assertThat(queued()).containsExactly("2026-03-01T11:00:00Z");
        server.client()
                .sends("LEEK DECLARE {\"recurring\":[" + cron("other", "0 0 * * * *", "ONCE") + "]}")
                .expectStart("-UNAVAILABLE this server's clock is wrong");
    }
}

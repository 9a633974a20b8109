package io.leek.spring.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.TaskHandle;
import io.leek.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What keys that count otherwise than while their task is unfinished promise in a transaction. */
abstract class KeyTransactionContract extends TransactionContract {

    private static final Duration AN_HOUR = Duration.ofHours(1);

    private TaskHandle<String> bookHourly(String key, long id) {
        return leek.with().key(key, AN_HOUR).offload(() -> ledger.bookAndTell(id));
    }

    @Test
    void aKeyForATimeGivesItsTaskAlsoOnceThatHasFinished() {
        TaskHandle<String> first = transaction.execute(status -> bookHourly("hourly-1", 30));
        assertThat(first.isNew()).isTrue();
        Ledger.awaitSuccess(first);

        TaskHandle<String> inside = transaction.execute(status -> bookHourly("hourly-1", 30));
        TaskHandle<String> outside = bookHourly("hourly-1", 30);
        TaskHandle<?> plain =
                transaction.execute(status -> leek.with().key("hourly-1").offload(() -> ledger.bookAndTell(30)));

        assertThat(inside.isNew()).isFalse();
        assertThat(inside.id()).isEqualTo(first.id()).isEqualTo(outside.id()).isEqualTo(plain.id());
        assertThat(inside.result()).contains("booked 30");
    }

    @Test
    void theTimeOfAKeyIsCountedFromTheOffload() {
        TaskHandle<?> handle = transaction.execute(
                status -> leek.with().queue(STILL).key("hourly-2", AN_HOUR).offload(() -> ledger.book(31)));

        OffsetDateTime until = jdbc.queryForObject(
                "SELECT taken_until FROM leek.unique_key WHERE unique_key = 'hourly-2'", OffsetDateTime.class);
        assertThat(until.toInstant())
                .isBetween(
                        handle.find().orElseThrow().enqueuedAt().plus(AN_HOUR),
                        Instant.now().plus(AN_HOUR).plusMillis(1));
    }

    @Test
    void aKeyIsFreeOnceItsTimeIsOver() {
        Ledger.awaitSuccess(transaction.execute(status -> bookHourly("hourly-3", 32)));
        sqlOfAnother("UPDATE leek.unique_key SET taken_until = TIMESTAMP WITH TIME ZONE '2026-01-01 00:00:00Z'"
                + " WHERE unique_key = 'hourly-3'");

        TaskHandle<String> second = transaction.execute(status -> bookHourly("hourly-3", 33));

        assertThat(second.isNew()).isTrue();
        Ledger.awaitSuccess(second);
        assertThat(transaction.execute(status -> bookHourly("hourly-3", 34)).id())
                .as("it is taken anew")
                .isEqualTo(second.id());
    }

    @Test
    void aKeyForATimeIsFreeAfterARollback() {
        transaction.executeWithoutResult(status -> {
            assertThat(bookHourly("hourly-4", 35).isNew()).isTrue();
            status.setRollbackOnly();
        });

        assertThat(transaction.execute(status -> bookHourly("hourly-4", 36)).isNew())
                .isTrue();
    }

    @Test
    void aKeyWhileQueuedIsFreeOnceItsTaskHasBeenHandedOut() {
        TaskHandle<String> first = transaction.execute(
                status -> leek.with().keyWhileQueued("digest").offload(() -> ledger.bookAndTell(37)));
        Ledger.awaitSuccess(first);
        transaction.executeWithoutResult(status -> {
            TaskHandle<?> second =
                    leek.with().queue(STILL).keyWhileQueued("digest").offload(() -> ledger.book(38));
            TaskHandle<?> third =
                    leek.with().queue(STILL).keyWhileQueued("digest").offload(() -> ledger.book(38));
            assertThat(second.isNew()).isTrue();
            assertThat(third.id()).isEqualTo(second.id());
        });

        Ledger.inside = id -> {
            Ledger.inside = again -> {};
            TaskHandle<?> next =
                    leek.with().queue(STILL).keyWhileQueued("coalesced").offload(() -> ledger.book(40));
            assertThat(next.isNew()).as("while the first runs").isTrue();
        };
        Ledger.awaitSuccess(transaction.execute(
                status -> leek.with().keyWhileQueued("coalesced").offload(() -> ledger.bookAndTell(39))));
        assertThat(Objects.requireNonNull(jdbc.queryForObject(
                        "SELECT count(*) FROM leek.queued_task WHERE unique_key = 'coalesced'", Integer.class)))
                .isOne();
        assertThat(first.find().orElseThrow().state()).isEqualTo(TaskState.SUCCESS);
    }
}

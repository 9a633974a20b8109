package io.leek.spring.tx.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.leek.spring.tx.crash.Holding.Held;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A worker process stands still between the statement that ends its task and the commit, and so holds locks on the rows
 * of that task.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FrozenWorkerTest {

    /** Some are stored by transactions of the application, the others by the server. */
    private static final int OTHERS = 200;

    private static final Duration LONGEST = Duration.ofSeconds(50);

    private static final Transfer TRANSFER = new Transfer(1, 0, 1, 10);

    private final Random random = new Random(1);
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private Database database;
    private JdbcTemplate sql;
    private Holding holding;
    private Companion server;
    private Customer customer;
    private Held held;

    /** Waits until the transaction of a task is held, and freezes its process. The other worker comes after that. */
    @BeforeEach
    void freeze(@TempDir Path folder) throws Exception {
        database = opened(new Database());
        sql = database.sql();
        Books.open(sql);
        holding = opened(new Holding());
        server = opened(new Companion(
                folder, database, "--leek.worker.queues=" + Receipts.HELD, "--bank.hold=" + holding.port()));
        server.start();
        int port = Life.freePort();
        start(folder, "--bank.port=" + port, "--leek.mode=remote");
        customer = opened(new Customer(port));
        assertThat(customer.asks(Teller.MOVE_HELD + " " + TRANSFER.toLine())).isEqualTo(Teller.DONE);
        held = opened(holding.awaitHeld());
        start(folder, "--leek.role=worker");
        assertThat(held.pid()).isEqualTo(server.worker());
        Life.signal("STOP", held.pid());
    }

    private void start(Path folder, String... args) throws Exception {
        List<String> all = Stream.concat(Stream.of(args), Stream.of("--leek.port=" + server.port()))
                .toList();
        Life life = opened(Life.start(folder, Bank.class, Life.classPath(), database.environment(), all));
        life.awaitLine(Bank.OPEN);
    }

    /** To be closed whatever happens; those of a start that failed, too. */
    private <T extends AutoCloseable> T opened(T one) {
        open.push(one);
        return one;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void othersGoOnAndWhatStoodStillCommitsOnce() throws Exception {
        othersGoOn();
        assertThat(writers()).isEmpty();

        thaw();

        awaitEmptyQueue();
        assertThat(writers()).containsExactly(held.pid());
        checkBooks();
    }

    @Test
    void whatStoodStillAndIsKilledRunsAgainInAnotherProcessWithOneEffect() throws Exception {
        othersGoOn();

        Life.kill(held.pid());

        awaitEmptyQueue();
        assertThat(writers()).hasSize(1).doesNotContain(held.pid());
        checkBooks();
    }

    @Test
    @EnabledIfSystemProperty(
            named = "leek.tx.rounds",
            matches = "\\d+",
            disabledReason = "belongs to the long form of the crash suite: -Dleek.tx.rounds=50")
    void whatStoodStillUntilItCountsAsGoneHasOneEffect() throws Exception {
        server.awaitLine("has been silent for a minute and counts as gone");
        othersGoOn();

        thaw();

        awaitEmptyQueue();
        assertThat(writers()).hasSize(1);
        checkBooks();
    }

    /** Every order is answered and every task has run, while the one stands still. */
    private void othersGoOn() throws Exception {
        long last = TRANSFER.id() + OTHERS;
        for (long id = TRANSFER.id() + 1; id <= last; id += 2) {
            assertThat(customer.asks(
                            Teller.MOVE + " " + Transfer.random(id, random).toLine()))
                    .isEqualTo(Teller.DONE);
            assertThat(customer.asks(Teller.NOTE + " " + (id + 1))).isEqualTo(Teller.DONE);
        }
        await().atMost(LONGEST)
                .until(
                        () -> number("SELECT count(*) FROM receipt") + number("SELECT count(*) FROM note"),
                        done -> done == OTHERS);
        assertThat(number("SELECT count(*) FROM leek.success_task"))
                .as("tasks that have succeeded so far")
                .isEqualTo(OTHERS);
    }

    private void thaw() throws Exception {
        Life.signal("CONT", held.pid());
        held.letGo();
    }

    private void awaitEmptyQueue() {
        await().atMost(LONGEST).until(() -> number("SELECT count(*) FROM leek.queued_task"), left -> left == 0);
    }

    /** The processes that have written a receipt of what was held. */
    private List<Long> writers() {
        return sql.queryForList("SELECT written_by FROM receipt WHERE transfer_id = ?", Long.class, TRANSFER.id());
    }

    private void checkBooks() {
        new Books(sql, "one that stood still").check(sql.queryForList("SELECT id FROM transfer", Long.class));
    }

    private long number(String select) {
        Long number = sql.queryForObject(select, Long.class);
        return number == null ? 0 : number;
    }
}

package io.leek.server.store;

import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.insertWithKey;
import static io.leek.server.store.Changes.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.task.TaskKey;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two servers on one PostgreSQL that want the same keys. */
@Timeout(60)
class KeysOfSeveralServersTest {

    private static final int ROUNDS = 50;

    private final StoreSettings.Location.Jdbc database = Postgres.newDatabase();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private OpenStore one;
    private OpenStore other;

    @BeforeEach
    void start() {
        one = OpenStore.open(database, new TestClock());
        other = OpenStore.open(database, new TestClock());
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        other.close();
        one.close();
    }

    @Test
    void ofTwoAtTheSameMomentOneGetsTheKeyForATimeAndTheOtherHearsOfIt() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            // In each second round there is a row of the round before, whose time is over.
            TaskKey key = new TaskKey.AtLeast("k-" + i / 2, Duration.ofMinutes(1));
            Instant at = NOW.plus(Duration.ofMinutes(i));
            List<Outcome> outcomes = together(
                    List.of(insertWithKey("one-" + i, key, at), claim("one-" + i, "t", at), succeed("one-" + i, "t")),
                    List.of(
                            insertWithKey("other-" + i, key, at),
                            claim("other-" + i, "t", at),
                            succeed("other-" + i, "t")));

            assertThat(outcomes).filteredOn(Outcome.Done.class::isInstance).hasSize(1);
            String winner = outcomes.get(0) instanceof Outcome.Done ? "one-" + i : "other-" + i;
            assertThat(outcomes).contains(new Outcome.KeyTaken(winner));
        }
    }

    private List<Outcome> together(List<Change> ours, List<Change> theirs) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(2);
        List<CompletableFuture<Outcome>> futures = new ArrayList<>();
        futures.add(CompletableFuture.supplyAsync(() -> insert(one, barrier, ours), threads));
        futures.add(CompletableFuture.supplyAsync(() -> insert(other, barrier, theirs), threads));
        List<Outcome> outcomes = new ArrayList<>();
        for (CompletableFuture<Outcome> future : futures) {
            outcomes.add(future.get());
        }
        return outcomes;
    }

    private static Outcome insert(OpenStore open, CyclicBarrier barrier, List<Change> changes) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return open.store().apply(changes).get(0);
    }

    @Test
    void aKeyThatAnotherTransactionHasTakenForATimeSinceItWasLookedForIsFoundTaken() throws Exception {
        TaskKey key = new TaskKey.AtLeast("k", Duration.ofMinutes(1));
        try (Connection application = one.sql().getDataSource().getConnection();
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            // As of a task that is gone from the queue: only this row tells of it, once it is committed.
            statement.execute("INSERT INTO leek.unique_key VALUES ('k', 'elsewhere-1',"
                    + " TIMESTAMP WITH TIME ZONE '2027-01-01 00:00:00Z')");

            assertThat(one.store().apply(List.of(insertWithKey("task-0001", key, NOW))))
                    .containsExactly(new Outcome.Busy());
            assertThat(one.store().find("task-0001")).isEmpty();
            application.commit();
        }

        assertThat(one.store().apply(List.of(insertWithKey("task-0001", key, NOW))))
                .containsExactly(new Outcome.KeyTaken("elsewhere-1"));
    }

    @Test
    void whereAKeyIsTakenBetweenTheLookForItAndTheTakingTheChangesAreMadeOnceMore() {
        one.sql().execute("""
                CREATE SEQUENCE tries;
                CREATE FUNCTION take() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN
                  IF nextval('tries') = 1 THEN
                    INSERT INTO leek.unique_key VALUES (NEW.unique_key, 'elsewhere-1', '2027-01-01 00:00:00Z');
                  END IF;
                  RETURN NEW;
                END $$;
                CREATE TRIGGER take BEFORE INSERT ON leek.queued_task FOR EACH ROW EXECUTE FUNCTION take()
                """);

        assertThat(one.store()
                        .apply(List.of(
                                insertWithKey("task-0001", new TaskKey.AtLeast("k", Duration.ofMinutes(1)), NOW))))
                .allMatch(Outcome.Done.class::isInstance);
        assertThat(one.sql().queryForObject("SELECT last_value FROM tries", Integer.class))
                .isEqualTo(2);
    }

    @Test
    void aSweepPassesOverTheKeysThatATransactionIsTaking() throws Exception {
        one.store().apply(List.of(insertWithKey("task-0001", new TaskKey.AtLeast("k", Duration.ofMinutes(1)), NOW)));
        try (Connection application = one.sql().getDataSource().getConnection();
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute(
                    "UPDATE leek.unique_key SET jid = 'task-0002', taken_until = TIMESTAMP WITH TIME ZONE '2027-01-01 00:00:00Z'");

            assertThat(other.store().sweepKeys(NOW.plus(Duration.ofHours(1)), 10))
                    .isZero();
            application.commit();
        }

        assertThat(other.store().sweepKeys(NOW.plus(Duration.ofHours(1)), 10)).isZero();
    }
}

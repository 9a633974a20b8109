package io.leek.server.store;

import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.insert;
import static io.leek.server.store.Changes.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class PostgresLimitsTest extends LimitsContract {

    private static final int TASKS = 60;

    @Override
    StoreSettings.Location location() {
        return Postgres.newDatabase();
    }

    @Test
    void serversThatClaimAtTheSameTimeNeverHaveMoreThanTheLimit() throws Exception {
        insertMany("m", 3, false, TASKS);
        Set<String> running = ConcurrentHashMap.newKeySet();
        List<Callable<Integer>> servers = new ArrayList<>();
        for (int server = 0; server < 3; server++) {
            String token = "s" + server + "-";
            servers.add(() -> {
                try (OpenStore other = OpenStore.open(open.location(), new TestClock())) {
                    return claimAndFinish(other.store(), token, running);
                }
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(servers.size());
        try {
            int finished = 0;
            for (Future<Integer> one : threads.invokeAll(servers)) {
                finished += one.get();
            }
            assertThat(finished).isEqualTo(TASKS);
        } finally {
            threads.shutdown();
        }
    }

    /** Claims what is ready until nothing is left; what runs is seen to from the outside. */
    private static int claimAndFinish(TaskStore store, String token, Set<String> running) {
        int finished = 0;
        while (store.queued() > 0) {
            List<Change> claims = new ArrayList<>();
            store.claimable("default", null, NOW, null, 4)
                    .forEach(task -> claims.add(claim(task.jid(), token + task.jid())));
            List<String> won = new ArrayList<>();
            for (Outcome outcome : store.apply(claims)) {
                if (outcome instanceof Outcome.Done done) {
                    running.add(done.row().jid());
                    won.add(done.row().jid());
                }
            }
            assertThat(running).hasSizeLessThanOrEqualTo(3);
            won.forEach(jid -> {
                running.remove(jid);
                assertThat(store.apply(List.of(succeed(jid, token + jid))).get(0))
                        .isInstanceOf(Outcome.Done.class);
            });
            finished += won.size();
            store.apply(List.of(new Change.LetGo("m")));
        }
        return finished;
    }

    @Test
    void aClaimThatMeetsAnotherServersOpenTransactionGivesUpAndCanBeMadeAgain() throws Exception {
        insertMany("m", 1, false, 1);
        apply(insert("task-0009"));
        try (Connection other = open.sql().getDataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(
                    "INSERT INTO leek.slot (mutex, place, seq, token, ordered) VALUES ('m', 1, -1, 't', false)");

            assertThat(store.apply(List.of(claim("task-0001", "t1"), claim("task-0009", "t9"))))
                    .as("which of them is at fault is looked for")
                    .satisfiesExactly(
                            limited -> assertThat(limited).isInstanceOf(Outcome.Busy.class),
                            plain -> assertThat(plain).isInstanceOf(Outcome.Done.class));
            other.rollback();
        }

        assertThat(apply(claim("task-0001", "t1"))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void handOutsOfAQueueWithARateAreCountedByTheDatabasesClock() {
        apply(insert("task-0001"));
        Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofDays(1));
        try (OpenStore other = OpenStore.open(open.location(), ahead)) {
            other.store()
                    .apply(List.of(new Change.LimitedClaim(
                            "task-0001",
                            null,
                            new Lease("t1", ahead.instant(), ahead.instant(), "worker-1", "server-1"),
                            RateLimit.parse("10/m"))));
        }

        String recent = open.sql().queryForObject("SELECT recent FROM leek.rate", String.class);
        Instant database = open.sql()
                .queryForObject("SELECT clock_timestamp()", OffsetDateTime.class)
                .toInstant();
        assertThat(Instant.ofEpochMilli(Long.parseLong(recent.substring(0, recent.indexOf(':')))))
                .isBetween(database.minus(Duration.ofHours(1)), database);
    }

    @Test
    void aPlaceThatAnotherServerIsAboutToFreeIsNotWaitedFor() throws Exception {
        insertMany("m", 1, false, 2);
        apply(claim("task-0001", "t1"));
        apply(succeed("task-0001", "t1"));
        try (Connection other = open.sql().getDataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("DELETE FROM leek.slot");

            assertThat(apply(claim("task-0002", "t2"))).isEqualTo(new Outcome.Blocked("m"));
            other.commit();
        }

        assertThat(store.waitedFor()).containsExactly("m");
        assertThat(letGo("m")).containsExactly("task-0002");
    }

    @Test
    void thePageOfReadyTasksIsReadInTheOrderOfAnIndexWithoutThoseThatWait() {
        String query = "EXPLAIN " + DispatchQueries.CLAIMABLE + DispatchQueries.inOrder(Dialect.POSTGRESQL);

        JdbcTemplate sql = open.sql();
        List<String> plan = new IndexTransaction(sql, Dialect.POSTGRESQL.set(Dialect.POSTGRESQL.goByIndex()), null)
                .read(status -> sql.queryForList(query, String.class, "default", NOW.atOffset(ZoneOffset.UTC), 100));

        assertThat(plan).anyMatch(line -> line.contains("queued_task_order")).noneMatch(line -> line.contains("Sort"));
        assertThat(sql.queryForObject(
                        "SELECT indexdef FROM pg_indexes WHERE indexname = 'queued_task_order'", String.class))
                .endsWith("WHERE (waits_for IS NULL)");
    }

    /** Seen: 600 ms for each hand-out from 10,000 tasks, until the statistics were taken anew. */
    @Test
    void tasksAreFoundByTheirPlaceAlsoWhereTheTableHasFilledSinceItsStatisticsWereTaken() {
        JdbcTemplate sql = open.sql();
        sql.execute("VACUUM ANALYZE leek.queued_task");
        store.apply(IntStream.range(0, 2_000)
                .mapToObj(i -> insert("task-" + (10_000 + i)))
                .toList());
        String change = "UNNEST(CAST(? AS BIGINT ARRAY), CAST(? AS TIMESTAMP(6) WITH TIME ZONE ARRAY))"
                + " AS change (seq, claimed_at)";

        List<String> plan;
        try (StoreDatabase database = StoreDatabase.open(new StoreSettings(open.location(), "leek", true))) {
            String query = Leases.free(database, " AND q.mutex IS NULL").replace(":change", change);
            plan = new IndexTransaction(sql, Dialect.POSTGRESQL.set(Dialect.POSTGRESQL.goByIndex()), null)
                    .read(status -> sql.queryForList(
                            "EXPLAIN " + query,
                            String.class,
                            IntStream.range(0, 100).mapToObj(i -> (long) i).toArray(Long[]::new),
                            IntStream.range(0, 100)
                                    .mapToObj(i -> NOW.atOffset(ZoneOffset.UTC).toString())
                                    .toArray(String[]::new)));
        }

        assertThat(plan)
                .anyMatch(line -> line.contains("queued_task_pk"))
                .noneMatch(line -> line.contains("queued_task_order"));
    }
}

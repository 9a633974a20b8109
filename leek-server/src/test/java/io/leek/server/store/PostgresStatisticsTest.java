package io.leek.server.store;

import static io.leek.server.store.Changes.FAILURE;
import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.fail;
import static io.leek.server.store.Changes.insert;
import static io.leek.server.store.Changes.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.TaskStore.Claimable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The tables of a queue fill faster than PostgreSQL takes their statistics, so that it plans as for empty ones. Seen: 2.6 s
 * for each 1,000 new tasks with 12,000 waiting, and hand-outs of 140 ms, for as long as up to a minute.
 */
class PostgresStatisticsTest {

    private static final List<String> TABLES = List.of("leek.queued_task", "leek.lease", "leek.success_task");
    private static final int BATCH = 100;
    private static final int TASKS = 6_000;

    /**
     * Index entries that the whole life of a task may read, and a look at the backlog for it; up to 13 were read. One
     * index that is read whole for each batch of the ends of a quarter of them is too much.
     */
    private static final int MOST_FOR_A_TASK = 20;

    private final TestClock clock = new TestClock();
    private final StoreSettings.Location.Jdbc database = Postgres.newDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(
            new SingleConnectionDataSource(database.url(), database.username(), database.password(), true));
    private int made;

    @Test
    @Timeout(120)
    void rowsAreFoundByTheirKeysThoughTheTablesAreTakenToBeEmpty() {
        try (OpenStore open = OpenStore.open(database, clock)) {
            live(open.store(), 4);
            for (String table : TABLES) {
                sql.execute("ALTER TABLE " + table + " SET (autovacuum_enabled = FALSE)");
                sql.execute("VACUUM (ANALYZE, TRUNCATE FALSE) " + table);
            }
            // The driver prepares a statement when it has come five times, and PostgreSQL keeps a plan after five more.
            for (int i = 0; i < 12; i++) {
                live(open.store(), 4);
            }
        }
        Map<String, Long> before = entriesRead();

        try (OpenStore open = OpenStore.open(database, clock)) {
            for (int i = 0; i < 12; i++) {
                live(open.store(), 4);
            }
            live(open.store(), TASKS);
        }

        Map<String, Long> read = entriesRead();
        read.replaceAll((index, count) -> count - before.getOrDefault(index, 0L));
        assertThat(read.get("lease_pk")).isGreaterThan(TASKS);
        assertThat(read)
                .allSatisfy((index, count) ->
                        assertThat(count).as("%s of %s", index, read).isLessThan((long) TASKS * MOST_FOR_A_TASK));
    }

    /** Everything that tasks go through, while all of them are in the table. */
    private void live(TaskStore store, int tasks) {
        List<String> jids = IntStream.range(0, tasks)
                .mapToObj(i -> "task-%08d".formatted(made++))
                .toList();
        apply(store, jids, jid -> insert(jid));
        List<Claimable> page = pages(store, tasks);
        assertThat(page).hasSize(tasks);
        List<Change> claims = page.stream()
                .<Change>map(task -> new Change.Claim(task.jid(), task.seq(), Changes.lease("t-" + task.jid())))
                .toList();
        applyAll(store, claims);
        assertThat(store.leases("server-1")).hasSize(tasks);
        assertThat(store.queuedSamples(Set.of("mailer.welcome"), 0, BATCH)).isEmpty();
        assertThat(store.nextDue(NOW)).isEmpty();
        apply(store, jids, jid -> new Change.Renew(jid, token(jid), NOW.plusSeconds(9_000), "server-1"));
        apply(store, part(jids, 0), jid -> succeed(jid, token(jid)));
        apply(store, part(jids, 1), jid -> fail(jid, token(jid)));
        apply(store, part(jids, 2), jid -> new Change.RetryLater(jid, token(jid), NOW, NOW, FAILURE));
        apply(store, part(jids, 3), jid -> new Change.Release(jid, token(jid), null));
        assertThat(store.queuedSamples(Set.of("mailer.welcome"), 0, BATCH)).isNotEmpty();
        assertThat(store.cancelled()).isEmpty();
        store.sweepAttempts(null, BATCH);
        store.recurring().all();
        apply(store, part(jids, 2), jid -> new Change.Cancel(jid, NOW));
        apply(store, part(jids, 3), jid -> claim(jid, "again", NOW.plusSeconds(1)));
        apply(store, part(jids, 3), jid -> new Change.Succeed(jid, null, "again", NOW.plusSeconds(2), null));
        assertThat(store.queued()).isZero();
    }

    private static String token(String jid) {
        return "t-" + jid;
    }

    private static List<String> part(List<String> jids, int quarter) {
        int size = jids.size() / 4;
        return jids.subList(quarter * size, (quarter + 1) * size);
    }

    private static List<Claimable> pages(TaskStore store, int tasks) {
        List<Claimable> all = new ArrayList<>();
        Claimable last = null;
        List<Claimable> page;
        do {
            page = store.claimable("default", null, NOW.plusSeconds(1), last, BATCH);
            all.addAll(page);
            last = page.isEmpty() ? last : page.get(page.size() - 1);
        } while (page.size() == BATCH && all.size() < tasks);
        return all;
    }

    private static void apply(TaskStore store, List<String> jids, Function<String, Change> change) {
        applyAll(store, jids.stream().map(change).toList());
    }

    private static void applyAll(TaskStore store, List<Change> changes) {
        for (int from = 0; from < changes.size(); from += BATCH) {
            List<Change> batch = changes.subList(from, Math.min(changes.size(), from + BATCH));
            assertThat(store.apply(batch)).as("%s", batch.get(0)).allMatch(Outcome.Done.class::isInstance);
        }
    }

    /** By index, or by table for those read whole; those of connections that are closed. */
    private Map<String, Long> entriesRead() {
        Map<String, Long> read = new TreeMap<>();
        String others = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
        Integer open;
        do {
            sql.queryForList("SELECT pg_sleep(0.02)");
            open = sql.queryForObject(others, Integer.class);
        } while (open != null && open > 0);
        sql.query(
                "SELECT indexrelname, idx_tup_read FROM pg_stat_user_indexes WHERE schemaname = 'leek'"
                        + " UNION ALL SELECT relname, seq_tup_read FROM pg_stat_user_tables WHERE schemaname = 'leek'",
                row -> {
                    read.put(row.getString(1), row.getLong(2));
                });
        return read;
    }
}

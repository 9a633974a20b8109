package io.leek.server.store;

import io.leek.server.store.ColumnBatch.Column;
import io.leek.server.store.Keys.Holder;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;

/** New rows of {@code queued_task}. */
final class Inserts {

    /**
     * The look-ups refer to the row, not to parameters: H2 would keep the result of one with the same parameter as the
     * last, without what this very statement has inserted since. And it would look for a null key in the whole table.
     */
    private static final String INSERT = """
            INSERT INTO leek.queued_task (jid, seq, name, queue, priority, due_at, enqueued_at, payload, unique_key, mutex)
            SELECT * FROM (VALUES (
                   CAST(? AS VARCHAR), CAST(? AS BIGINT), CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS INTEGER),
                   CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS TEXT),
                   CAST(? AS VARCHAR), CAST(? AS VARCHAR)
                 )) AS task (jid, seq, name, queue, priority, due_at, enqueued_at, payload, unique_key, mutex)
            WHERE NOT EXISTS (SELECT 1 FROM leek.queued_task q WHERE q.jid = task.jid)
              AND NOT EXISTS (SELECT 1 FROM leek.success_task s WHERE s.jid = task.jid)
              AND NOT EXISTS (SELECT 1 FROM leek.failed_task f WHERE f.jid = task.jid)
              AND (task.unique_key IS NULL
                   OR NOT EXISTS (SELECT 1 FROM leek.queued_task k WHERE k.unique_key = task.unique_key))
            """;

    private static final String COLUMNS = "jid, seq, name, queue, priority, due_at, enqueued_at, payload";

    /** For the OFFSETs see {@link Leases#NO_LEASE}. */
    private static final String INSERT_MANY = "INSERT INTO leek.queued_task (" + COLUMNS + ") SELECT " + COLUMNS + """
             FROM :change
            WHERE NOT EXISTS (SELECT 1 FROM leek.queued_task q WHERE q.jid = change.jid OFFSET 0 ROWS)
              AND NOT EXISTS (SELECT 1 FROM leek.success_task s WHERE s.jid = change.jid OFFSET 0 ROWS)
              AND NOT EXISTS (SELECT 1 FROM leek.failed_task f WHERE f.jid = change.jid OFFSET 0 ROWS)
            """;

    /** With their leases, for PostgreSQL: an insert of rows that another part of the statement has stored. */
    private static final String INSERT_LEASED = "WITH change AS (SELECT * FROM :change), stored AS ("
            + INSERT_MANY.replace(":change", "change") + " RETURNING seq, jid), given AS (INSERT INTO leek.lease ("
            + Leases.COLUMNS + ") SELECT stored.seq, change.token, change.started_at, change.lease_until,"
            + " change.worker_id, change.server_id FROM stored JOIN change ON change.seq = stored.seq)"
            + " SELECT jid FROM stored";

    static final String KNOWN = """
            SELECT jid FROM leek.queued_task WHERE jid = ANY(?)
            UNION ALL SELECT jid FROM leek.success_task WHERE jid = ANY(?)
            UNION ALL SELECT jid FROM leek.failed_task WHERE jid = ANY(?)
            """;

    private final JdbcTemplate jdbc;
    private final SeqBlocks seqs;
    private final Leases leases;
    private final Keys keys;
    private final GuardedBatch<QueuedTask> insert;
    private final GuardedBatch<QueuedTask> insertFree;
    private final ColumnBatch<QueuedTask> insertMany;
    private final ColumnBatch<QueuedTask> insertAlone;
    private final ColumnBatch<QueuedTask> insertLeasedAlone;
    private final String known;

    Inserts(JdbcTemplate jdbc, LoneStatements alone, StoreDatabase database, SeqBlocks seqs, Leases leases, Keys keys) {
        this.jdbc = jdbc;
        this.seqs = seqs;
        this.leases = leases;
        this.keys = keys;
        Schema schema = database.schema();
        this.insert = new GuardedBatch<>(jdbc, schema.in(INSERT + Keys.FREE_OF_TIME), Inserts::bind);
        this.insertFree = new GuardedBatch<>(jdbc, schema.in(INSERT), Inserts::bind);
        String insertMany = database.dialect().returning(schema.in(INSERT_MANY), "jid");
        List<Column<QueuedTask>> columns = List.of(
                Column.text("jid", QueuedTask::jid),
                Column.number("seq", QueuedTask::seq),
                Column.text("name", QueuedTask::name),
                Column.text("queue", QueuedTask::queue),
                Column.number("priority", QueuedTask::priority),
                Column.time("due_at", QueuedTask::dueAt),
                Column.time("enqueued_at", QueuedTask::enqueuedAt),
                Column.text("payload", QueuedTask::payload));
        this.insertMany = new ColumnBatch<>(jdbc, insertMany, columns);
        this.insertAlone = new ColumnBatch<>(alone, insertMany, columns);
        List<Column<QueuedTask>> lease = Leases.columns(row -> Objects.requireNonNull(row.lease()));
        this.insertLeasedAlone = new ColumnBatch<>(
                alone,
                schema.in(INSERT_LEASED),
                Stream.concat(columns.stream(), lease.stream()).toList());
        this.known = schema.in(KNOWN);
    }

    List<Outcome> insert(List<Change.Insert> changes) {
        List<QueuedTask> rows = rows(changes);
        boolean[] won = changes.stream().allMatch(Inserts::isPlain) ? insertMany(insertMany, rows) : insert.run(rows);
        List<QueuedTask> stored = new ArrayList<>();
        List<QueuedTask> lost = new ArrayList<>();
        List<Change.Insert> keyed = new ArrayList<>();
        for (int i = 0; i < won.length; i++) {
            (won[i] ? stored : lost).add(rows.get(i));
            if (won[i] && changes.get(i).key() != null) {
                keyed.add(changes.get(i));
            }
        }
        keys.take(keyed);
        leases.giveNew(stored);
        Set<String> knownJids = known(lost);
        Map<String, Holder> holdersOfKeys = keys.holders(lost.stream().map(QueuedTask::key));
        List<Outcome> outcomes = new ArrayList<>(won.length);
        for (int i = 0; i < won.length; i++) {
            QueuedTask row = rows.get(i);
            outcomes.add(won[i] ? new Outcome.Done(row) : whyLost(row, knownJids, holdersOfKeys));
        }
        return outcomes;
    }

    /**
     * Whether all there is to it is its row, and perhaps a lease. A key that two of them want has to be looked for between
     * the one and the other; a mutex is rare.
     */
    static boolean isPlain(Change.Insert change) {
        return change.key() == null
                && change.mutex() == null
                && change.payload().length() <= ColumnBatch.MAX_TEXT;
    }

    /** Stores plain ones without a lease; null in the place of each whose jid some table has. */
    List<@Nullable Outcome> insertAlone(List<Change.Insert> changes) {
        return insertAlone(insertAlone, changes);
    }

    /** The same with a lease. It is meant for one: many would be joined with many. */
    List<@Nullable Outcome> insertLeasedAlone(List<Change.Insert> changes) {
        return insertAlone(insertLeasedAlone, changes);
    }

    private List<@Nullable Outcome> insertAlone(ColumnBatch<QueuedTask> insert, List<Change.Insert> changes) {
        List<QueuedTask> rows = rows(changes);
        boolean[] won = insertMany(insert, rows);
        List<@Nullable Outcome> outcomes = new ArrayList<>(won.length);
        for (int i = 0; i < won.length; i++) {
            outcomes.add(won[i] ? new Outcome.Done(rows.get(i)) : null);
        }
        return outcomes;
    }

    private List<QueuedTask> rows(List<Change.Insert> changes) {
        long[] seq = seqs.take(changes.size());
        List<QueuedTask> rows = new ArrayList<>(seq.length);
        for (int i = 0; i < seq.length; i++) {
            rows.add(row(changes.get(i), seq[i]));
        }
        return rows;
    }

    private static boolean[] insertMany(ColumnBatch<QueuedTask> insert, List<QueuedTask> rows) {
        Set<String> inserted = new HashSet<>(insert.run(rows, (row, number) -> row.getString(1)));
        boolean[] won = new boolean[rows.size()];
        for (int i = 0; i < won.length; i++) {
            won[i] = inserted.contains(rows.get(i).jid());
        }
        return won;
    }

    /** Inserts rows whose jid and key are known to be free. */
    void insertFree(List<QueuedTask> rows) {
        insertFree.runForAll(rows);
    }

    /** Who has each of these keys. */
    Map<String, Holder> holders(Stream<@Nullable String> sought) {
        return keys.holders(sought);
    }

    private Set<String> known(List<QueuedTask> rows) {
        if (rows.isEmpty()) {
            return Set.of();
        }
        Object jids = rows.stream().map(QueuedTask::jid).toArray(String[]::new);
        return new HashSet<>(jdbc.queryForList(known, String.class, jids, jids, jids));
    }

    private static Outcome whyLost(QueuedTask row, Set<String> known, Map<String, Holder> holders) {
        if (known.contains(row.jid())) {
            return new Outcome.Known();
        }
        Holder holder = row.key() == null ? null : holders.get(row.key());
        if (holder == null || !holder.hasKeyAt(row.enqueuedAt())) {
            throw new OptimisticLockingFailureException("what stood in the way was changed by another transaction");
        }
        return new Outcome.KeyTaken(holder.jid());
    }

    private static QueuedTask row(Change.Insert change, long seq) {
        QueuedTask row = new QueuedTask(
                change.jid(),
                seq,
                change.name(),
                change.queue(),
                change.priority(),
                Parameters.stored(change.dueAt()),
                Parameters.stored(change.enqueuedAt()),
                change.payload(),
                0,
                0,
                null,
                change.key() == null ? null : change.key().text(),
                change.mutex(),
                null);
        Lease lease = change.lease();
        return lease == null ? row : row.leased(stored(lease));
    }

    private static Lease stored(Lease lease) {
        return new Lease(
                lease.token(),
                Parameters.stored(lease.startedAt()),
                Parameters.stored(lease.until()),
                lease.workerId(),
                lease.serverId());
    }

    private static void bind(Parameters parameters, QueuedTask row) throws SQLException {
        parameters
                .text(row.jid())
                .number(row.seq())
                .text(row.name())
                .text(row.queue())
                .number(row.priority())
                .time(row.dueAt())
                .time(row.enqueuedAt())
                .text(row.payload())
                .text(row.key())
                .text(row.mutex());
    }
}

package io.leek.server.store;

import io.leek.server.store.ColumnBatch.Column;
import io.leek.server.store.Places.Placed;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The rows of {@code lease}: given at a hand-out, taken away at the end of a run. Who takes one away has the right to say
 * how the run ended, whatever other servers on the same database do meanwhile.
 */
final class Leases {

    static final String COLUMNS = "seq, token, started_at, lease_until, worker_id, server_id";

    /**
     * That a {@code queued_task q} has no lease. The OFFSET says to PostgreSQL that each is looked for by itself: it would
     * read the whole index of leases for each row otherwise, for by its statistics there are none.
     */
    static final String NO_LEASE = "NOT EXISTS (SELECT 1 FROM leek.lease l WHERE l.seq = q.seq OFFSET 0 ROWS)";

    /**
     * Of rows found by their place. Said like this, it is no condition of the index of ready tasks: PostgreSQL believes a
     * table to be small that has filled since, and would read the whole index for them.
     */
    static final String WAITS_FOR_NOTHING = "COALESCE(q.waits_for, '') = ''";

    private static final String IS_FREE = "q.seq = change.seq AND " + NO_LEASE
            + " AND (q.due_at <= change.claimed_at OR q.due_at <= q.enqueued_at) AND " + WAITS_FOR_NOTHING;

    /** A claim by one who took it for a task without. */
    private static final String UNLIMITED = " AND q.mutex IS NULL";

    /** Of one claim. */
    private static final String CHANGE = "(VALUES (CAST(? AS BIGINT), CAST(? AS VARCHAR),"
            + " CAST(? AS TIMESTAMP(6) WITH TIME ZONE))) AS change (seq, jid, claimed_at)";

    /** Gives a lease to the row that is {@code free}. Parameters: all columns but the place. */
    static final String GIVE_ONE = "INSERT INTO leek.lease (" + COLUMNS
            + ") SELECT free.seq, ?, ?, ?, ?, ? FROM free ON CONFLICT (seq) DO NOTHING RETURNING seq";

    private static final String GIVE = "INSERT INTO leek.lease (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?)";

    /**
     * What another server's transaction has given since the free rows were read is left out, and looked for first: a lease
     * that is just being deleted there would be waited for, with our lock on the row that the other one waits for.
     */
    private static final String GIVE_MANY = "INSERT INTO leek.lease (" + COLUMNS + ") SELECT " + COLUMNS
            + " FROM :change WHERE NOT EXISTS (SELECT 1 FROM leek.lease l WHERE l.seq = change.seq OFFSET 0 ROWS)"
            + " ON CONFLICT (seq) DO NOTHING RETURNING seq";

    private static final String FIND = "SELECT q.jid, l.seq, l.token, l.started_at, l.worker_id, q.mutex FROM :change";

    /** Of a change that knows its token or wants any. */
    static final String ITS_LEASE = "l.seq = change.seq AND l.token = COALESCE(change.token, l.token)";

    private static final String TAKE = "DELETE FROM leek.lease WHERE seq = ? AND token = ?";

    private static final String RENEW = """
            UPDATE leek.lease
            SET lease_until = GREATEST(lease_until, CAST(? AS TIMESTAMP(6) WITH TIME ZONE)), server_id = ?
            WHERE seq = ? AND token = ?
            """;

    private final boolean isPostgres;
    private final boolean isShared;
    private final Places places;
    private final Keys keys;
    private final ColumnBatch<Placed<? extends Change.HandOut>> free;
    private final ColumnBatch<Placed<? extends Change.HandOut>> freeUnlimited;
    private final GuardedBatch<Given> give;
    private final ColumnBatch<Given> giveMany;
    private final ColumnBatch<Sought> find;
    private final ColumnBatch<Sought> look;
    private final GuardedBatch<Taken> take;
    private final GuardedBatch<Placed<Change.Renew>> renew;

    Leases(JdbcTemplate jdbc, StoreDatabase database, Places places, Keys keys) {
        this.places = places;
        this.keys = keys;
        Schema schema = database.schema();
        isPostgres = database.dialect() == Dialect.POSTGRESQL;
        isShared = !database.exclusive();
        List<Column<Placed<? extends Change.HandOut>>> claimed = List.of(
                Column.number("seq", Placed::seq),
                Column.time("claimed_at", placed -> placed.change().lease().startedAt()));
        free = new ColumnBatch<>(jdbc, schema.in(free(database, "")), claimed);
        freeUnlimited = new ColumnBatch<>(jdbc, schema.in(free(database, UNLIMITED)), claimed);
        give = new GuardedBatch<>(jdbc, schema.in(GIVE), (to, given) -> to.number(given.seq())
                .text(given.lease().token())
                .time(given.lease().startedAt())
                .time(given.lease().until())
                .text(given.lease().workerId())
                .text(given.lease().serverId()));
        giveMany = new ColumnBatch<>(
                jdbc,
                schema.in(GIVE_MANY),
                Stream.concat(Stream.of(Column.number("seq", Given::seq)), columns(Given::lease).stream())
                        .toList());
        List<Column<Sought>> sought = List.of(Column.number("seq", Sought::seq), Column.text("token", Sought::token));
        Dialect dialect = database.dialect();
        String itsTask = dialect.lookUp("leek.queued_task", "q", "q.seq = l.seq");
        find = new ColumnBatch<>(jdbc, schema.in(FIND + database.lock("leek.lease", "l", ITS_LEASE, itsTask)), sought);
        look = new ColumnBatch<>(
                jdbc, schema.in(FIND + dialect.lookUp("leek.lease", "l", ITS_LEASE) + itsTask), sought);
        take = new GuardedBatch<>(
                jdbc, schema.in(TAKE), (to, lease) -> to.number(lease.seq()).text(lease.token()));
        renew = new GuardedBatch<>(
                jdbc, schema.in(RENEW), (to, placed) -> to.time(placed.change().until())
                        .text(placed.change().serverId())
                        .number(placed.seq())
                        .text(placed.change().token()));
    }

    /** Locks the rows of a table {@code change} that can be handed out. */
    static String free(StoreDatabase database, String condition) {
        return "SELECT " + QueuedRows.COLUMNS + " FROM :change"
                + database.lock("leek.queued_task", "q", IS_FREE + condition, "");
    }

    /** The same of one without a mutex. Parameters: place, id and time of a claim. The place may be another task's. */
    static String freeOne(StoreDatabase database) {
        return free(database, UNLIMITED + " AND q.jid = change.jid AND q.unique_key IS NULL")
                .replace(":change", CHANGE);
    }

    List<Outcome> claim(List<Change.Claim> changes) {
        Map<String, QueuedTask> rows = leased(changes, freeUnlimited);
        Map<String, QueuedTask> given = give(rows.values());
        return changes.stream()
                .map(change -> given.get(change.jid()))
                .<Outcome>map(row -> row == null ? new Outcome.Lost() : new Outcome.Done(row))
                .toList();
    }

    /** Locks those rows that may be handed out, and returns them by jid with the lease that they are to have. */
    Map<String, QueuedTask> lockFree(List<Change.LimitedClaim> changes) {
        return leased(changes, free);
    }

    private <C extends Change.HandOut> Map<String, QueuedTask> leased(
            List<C> changes, ColumnBatch<Placed<? extends Change.HandOut>> query) {
        Map<String, QueuedTask> rows = new HashMap<>();
        query.run(places.of(changes), QueuedRows::row).forEach(row -> rows.put(row.jid(), row));
        changes.forEach(change -> rows.computeIfPresent(change.jid(), (jid, row) -> row.leased(change.lease())));
        // The place that a change names may be another task's.
        rows.values().removeIf(row -> row.lease() == null);
        return rows;
    }

    /** All columns but the place. */
    static <C> List<Column<C>> columns(Function<C, Lease> lease) {
        return List.of(
                Column.text("token", change -> lease.apply(change).token()),
                Column.time("started_at", change -> lease.apply(change).startedAt()),
                Column.time("lease_until", change -> lease.apply(change).until()),
                Column.text("worker_id", change -> lease.apply(change).workerId()),
                Column.text("server_id", change -> lease.apply(change).serverId()));
    }

    /** Gives leases on rows that this transaction has just stored. */
    void giveNew(List<QueuedTask> rows) {
        give(rows.stream().filter(row -> row.lease() != null).toList());
    }

    /** Gives leases to rows that were free, and returns by jid those that still were, as they are now. */
    Map<String, QueuedTask> give(Collection<QueuedTask> leased) {
        List<Given> wanted = leased.stream().map(Given::of).toList();
        List<QueuedTask> given = List.copyOf(leased);
        if (isPostgres) {
            Set<Long> seqs = new HashSet<>(giveMany.run(wanted, (row, number) -> row.getLong(1)));
            given = given.stream().filter(row -> seqs.contains(row.seq())).toList();
        } else {
            give.runForAll(wanted);
        }
        return keys.handedOut(given).stream().collect(Collectors.toMap(QueuedTask::jid, row -> row));
    }

    /** Takes leases away. */
    <C extends Change.Ending> Ends<C> end(List<C> changes) {
        List<Placed<C>> placed = places.of(changes);
        List<Taken> found = find.run(placed.stream().map(Sought::end).toList(), Leases::taken);
        boolean[] taken = take.run(found);
        Map<String, Taken> won = new HashMap<>();
        for (int i = 0; i < taken.length; i++) {
            if (taken[i]) {
                won.put(found.get(i).jid(), found.get(i));
            }
        }
        List<End<C>> ends = new ArrayList<>(taken.length);
        for (C change : changes) {
            Taken lease = won.get(change.jid());
            if (lease != null) {
                ends.add(new End<>(change, lease.seq(), lease.startedAt(), lease.workerId(), lease.mutex()));
            }
        }
        return new Ends<>(outcomes(changes, placed, won.keySet()), ends);
    }

    /** Locks leases, and leaves out what has none or is locked by another transaction. */
    <C extends Change.Ending> List<Placed<C>> lock(List<Placed<C>> changes) {
        Set<Long> locked = seqs(find, changes.stream().map(Sought::end).toList());
        return changes.stream().filter(placed -> locked.contains(placed.seq())).toList();
    }

    /** What became of ends: those that did not win are lost, unless their lease is still there. */
    <C extends Change.Ending> List<Outcome> outcomes(List<C> changes, List<Placed<C>> placed, Set<String> won) {
        return withBusy(changes, placed.stream().map(Sought::end).toList(), won);
    }

    private static Taken taken(ResultSet row, int number) throws SQLException {
        return new Taken(
                row.getString(1),
                row.getLong(2),
                row.getString(3),
                QueuedRows.time(row, 4),
                row.getString(5),
                row.getString(6));
    }

    List<Outcome> renew(List<Change.Renew> changes) {
        List<Placed<Change.Renew>> all = places.of(changes);
        List<Sought> sought = all.stream().map(Sought::renewal).toList();
        List<Placed<Change.Renew>> placed = all;
        if (isShared) {
            Set<Long> locked = seqs(find, sought);
            placed = all.stream().filter(one -> locked.contains(one.seq())).toList();
        }
        boolean[] renewed = renew.run(placed);
        Set<String> won = new HashSet<>();
        for (int i = 0; i < renewed.length; i++) {
            if (renewed[i]) {
                won.add(placed.get(i).change().jid());
            }
        }
        return withBusy(changes, sought, won);
    }

    private List<Outcome> withBusy(List<? extends Change> changes, List<Sought> sought, Set<String> won) {
        List<Sought> missing =
                sought.stream().filter(one -> !won.contains(one.jid())).toList();
        if (!isShared || missing.isEmpty()) {
            return outcomes(changes, won);
        }
        Set<Long> locked = seqs(look, missing);
        Set<String> busy = missing.stream()
                .filter(one -> locked.contains(one.seq()))
                .map(Sought::jid)
                .collect(Collectors.toSet());
        return changes.stream()
                .map(change -> busy.contains(change.jid()) ? new Outcome.Busy() : outcome(change, won))
                .toList();
    }

    private static Set<Long> seqs(ColumnBatch<Sought> in, List<Sought> sought) {
        return new HashSet<>(in.run(sought, (row, number) -> row.getLong(2)));
    }

    /** Done for those whose task is among the winners, else lost. */
    static List<Outcome> outcomes(List<? extends Change> changes, Set<String> won) {
        return changes.stream().map(change -> outcome(change, won)).toList();
    }

    private static Outcome outcome(Change change, Set<String> won) {
        return won.contains(change.jid()) ? new Outcome.Done(null) : new Outcome.Lost();
    }

    /** @param token null for whichever lease there is */
    private record Sought(String jid, long seq, @Nullable String token) {

        static Sought end(Placed<? extends Change.Ending> placed) {
            return new Sought(
                    placed.change().jid(), placed.seq(), placed.change().token());
        }

        static Sought renewal(Placed<Change.Renew> placed) {
            return new Sought(
                    placed.change().jid(), placed.seq(), placed.change().token());
        }
    }

    private record Given(long seq, Lease lease) {

        static Given of(QueuedTask row) {
            return new Given(row.seq(), Objects.requireNonNull(row.lease()));
        }
    }

    private record Taken(
            String jid,
            long seq,
            String token,
            Instant startedAt,
            String workerId,
            @Nullable String mutex) {}

    /** Changes that end a run: what became of each, and those that won. */
    record Ends<C>(List<Outcome> outcomes, List<End<C>> won) {}

    /** The end of a run, with what its lease was, and what its task needs a place in. */
    record End<C>(
            C change,
            long seq,
            Instant startedAt,
            String workerId,
            @Nullable String mutex) {}
}

package io.leek.server.store;

import io.leek.server.store.Leases.End;
import io.leek.task.InvalidTaskException;
import io.leek.task.Mutex;
import io.leek.task.TaskRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Places in mutexes: table {@code slot}. A row is written with a lease and never changed; it counts while that lease is
 * there, so whatever ends a run gives the place back without knowing of it. Once it has stopped to count it never does
 * again, and who wants the place deletes it and writes a row of its own. Two that want the same one meet at its key.
 */
final class Slots {

    /** For the OFFSET see {@link Leases#NO_LEASE}. */
    private static final String LEASED =
            "EXISTS (SELECT 1 FROM leek.lease l WHERE l.seq = s.seq AND l.token = s.token OFFSET 0 ROWS)";

    private static final String KEPT =
            "s.ordered AND EXISTS (SELECT 1 FROM leek.queued_task q WHERE q.seq = s.seq AND q.attempts > 0)";

    /** Whether a {@code slot s} counts. */
    static final String TAKEN = "(" + LEASED + " OR " + KEPT + ")";

    /** Those of a task that is about to run again are its own. */
    private static final String PAST =
            "s.mutex = ANY(?) AND NOT " + LEASED + " AND NOT (" + KEPT + " AND NOT s.seq = ANY(?))";

    private static final String DELETE = "DELETE FROM leek.slot s WHERE " + PAST;

    /** What another server is about to delete counts still; nobody waits for it. */
    private static final String DELETE_UNLOCKED =
            "WITH past AS MATERIALIZED (SELECT s.mutex, s.place FROM leek.slot s WHERE "
                    + PAST + " FOR UPDATE OF s SKIP LOCKED)"
                    + " DELETE FROM leek.slot s USING past WHERE s.mutex = past.mutex AND s.place = past.place";

    private static final String PLACES = "SELECT mutex, place FROM leek.slot WHERE mutex = ANY(?)";

    /** Places that the tasks of these rows have kept for their retry. */
    private static final String OWN =
            "SELECT s.seq FROM leek.slot s WHERE s.mutex = ANY(?) AND s.seq = ANY(?) AND " + KEPT;

    private static final String TAKE = """
            INSERT INTO leek.slot (mutex, place, seq, token, ordered)
            SELECT CAST(? AS VARCHAR), CAST(? AS INTEGER), CAST(? AS BIGINT), CAST(? AS VARCHAR), CAST(? AS INTEGER) = 1
            """;

    private final JdbcTemplate jdbc;
    private final Waiters waiters;
    private final String own;
    private final String delete;
    private final String places;
    private final GuardedBatch<Taken> take;

    Slots(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        Schema schema = database.schema();
        boolean isPostgres = database.dialect() == Dialect.POSTGRESQL;
        waiters = new Waiters(jdbc, database);
        own = schema.in(OWN);
        delete = schema.in(isPostgres ? DELETE_UNLOCKED : DELETE);
        places = schema.in(PLACES);
        take = new GuardedBatch<>(
                jdbc,
                schema.in(TAKE) + (isPostgres ? " ON CONFLICT (mutex, place) DO NOTHING" : ""),
                (to, taken) -> to.text(taken.mutex().name())
                        .number(taken.place())
                        .number(taken.row().seq())
                        .text(Objects.requireNonNull(taken.row().lease()).token())
                        .number(taken.mutex().ordered() ? 1 : 0));
    }

    /** Takes a place for each of these rows that has a mutex, and returns what became of those that get none. */
    Map<String, Outcome> take(List<QueuedTask> rows) {
        List<QueuedTask> limited =
                rows.stream().filter(row -> row.mutex() != null).toList();
        if (limited.isEmpty()) {
            return Map.of();
        }
        Set<Long> keep = keepTheirs(limited);
        Map<String, TreeSet<Integer>> taken =
                taken(limited.stream().map(QueuedTask::mutex), limited.stream().map(QueuedTask::seq));
        List<Taken> wanted = new ArrayList<>();
        List<Waiters.Waiter> blocked = new ArrayList<>();
        for (QueuedTask row : limited) {
            Mutex mutex = mutex(row);
            TreeSet<Integer> full = taken.computeIfAbsent(mutex.name(), name -> new TreeSet<>());
            if (full.size() < mutex.limit()
                    && (!mutex.ordered() || keep.contains(row.seq()) || !waiters.hasOneBefore(row))) {
                int place = 1;
                while (!full.add(place)) {
                    place++;
                }
                wanted.add(new Taken(mutex, place, row));
            } else {
                blocked.add(new Waiters.Waiter(row, mutex));
            }
        }
        blocked.addAll(insert(wanted));
        return waiters.add(blocked);
    }

    /** Those that have kept a place while they waited for their retry: nobody comes before them. */
    private Set<Long> keepTheirs(List<QueuedTask> rows) {
        List<QueuedTask> again = rows.stream().filter(row -> row.attempts() > 1).toList();
        if (again.isEmpty()) {
            return Set.of();
        }
        Object mutexes = again.stream().map(QueuedTask::mutex).distinct().toArray(String[]::new);
        Object seqs = again.stream().map(QueuedTask::seq).toArray(Long[]::new);
        return new HashSet<>(jdbc.queryForList(own, Long.class, mutexes, seqs));
    }

    /** In the order of their keys, as other servers do, so that no two wait for each other. */
    private List<Waiters.Waiter> insert(List<Taken> wanted) {
        List<Taken> inOrder = wanted.stream()
                .sorted(Comparator.comparing((Taken one) -> one.mutex().name()).thenComparing(Taken::place))
                .toList();
        boolean[] won = take.run(inOrder);
        List<Waiters.Waiter> lost = new ArrayList<>();
        for (int i = 0; i < won.length; i++) {
            if (!won[i]) {
                lost.add(new Waiters.Waiter(inOrder.get(i).row(), inOrder.get(i).mutex()));
            }
        }
        return lost;
    }

    /** These run now, and wait no more. */
    void began(List<QueuedTask> rows) {
        waiters.remove(rows);
    }

    /** These have not begun after all, and the later ones of an ordered mutex wait for them still. */
    void keepTurns(List<End<Change.Release>> released) {
        waiters.keepTurns(released);
    }

    /** Once for each mutex; the first change of each has those who go. */
    List<Outcome> letGo(List<Change.LetGo> changes) {
        Map<String, Boolean> sweeps = new HashMap<>();
        changes.forEach(change -> sweeps.merge(change.mutex(), change.isSweep(), Boolean::logicalOr));
        Map<String, TreeSet<Integer>> taken = taken(changes.stream().map(Change.LetGo::mutex), Stream.of());
        List<Outcome> outcomes = new ArrayList<>(changes.size());
        for (Change.LetGo change : changes) {
            Boolean isSweep = sweeps.remove(change.mutex());
            int count = taken.getOrDefault(change.mutex(), new TreeSet<>()).size();
            outcomes.add(
                    new Outcome.Going(isSweep == null ? List.of() : waiters.letGo(change.mutex(), count, isSweep)));
        }
        return outcomes;
    }

    private Map<String, TreeSet<Integer>> taken(Stream<@Nullable String> mutexes, Stream<Long> own) {
        Object names = mutexes.distinct().toArray(String[]::new);
        jdbc.update(delete, names, own.toArray(Long[]::new));
        Map<String, TreeSet<Integer>> taken = new HashMap<>();
        jdbc.query(
                places,
                row -> {
                    taken.computeIfAbsent(row.getString(1), name -> new TreeSet<>())
                            .add(row.getInt(2));
                },
                names);
        return taken;
    }

    /** What its record says; one place where a row written by hand says nothing. */
    private static Mutex mutex(QueuedTask row) {
        String name = String.valueOf(row.mutex());
        try {
            Mutex mutex = TaskRecord.parse(row.payload()).mutex();
            return mutex == null || !mutex.name().equals(name) ? new Mutex(name, 1, false) : mutex;
        } catch (InvalidTaskException handWritten) {
            return new Mutex(name, 1, false);
        }
    }

    private record Taken(Mutex mutex, int place, QueuedTask row) {}
}

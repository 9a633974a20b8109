package io.leek.server.store;

import io.leek.task.TaskKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Keys of tasks: a queued row has its own, and {@code unique_key} those that are taken for a time, also by tasks that have
 * finished. A row there counts until its time is over; who wants the key then takes the row.
 */
final class Keys {

    /** For {@code task}, a row to be inserted: whether no other has its key for a time. */
    static final String FREE_OF_TIME = """
              AND (task.unique_key IS NULL
                   OR NOT EXISTS (SELECT 1 FROM leek.unique_key t
                                  WHERE t.unique_key = task.unique_key AND t.taken_until > task.enqueued_at))
            """;

    private static final String HOLDERS = """
            SELECT unique_key, jid, CAST(NULL AS TIMESTAMP(6) WITH TIME ZONE) FROM leek.queued_task
            WHERE unique_key = ANY(?)
            UNION ALL SELECT unique_key, jid, taken_until FROM leek.unique_key WHERE unique_key = ANY(?)
            """;

    private static final String TAKE = """
            INSERT INTO leek.unique_key AS t (unique_key, jid, taken_until)
            SELECT CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS TIMESTAMP(6) WITH TIME ZONE)
            ON CONFLICT (unique_key) DO UPDATE SET jid = EXCLUDED.jid, taken_until = EXCLUDED.taken_until
            WHERE t.taken_until <= ?
            """;

    /** H2 knows no ON CONFLICT. Two that take the same one at once meet at its key. */
    private static final String TAKE_OVER =
            "UPDATE leek.unique_key SET jid = ?, taken_until = ? WHERE unique_key = ? AND taken_until <= ?";

    private static final String TAKE_NEW = """
            INSERT INTO leek.unique_key (unique_key, jid, taken_until)
            SELECT * FROM (VALUES (CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS TIMESTAMP(6) WITH TIME ZONE)))
              AS task (unique_key, jid, taken_until)
            WHERE NOT EXISTS (SELECT 1 FROM leek.unique_key t WHERE t.unique_key = task.unique_key)
            """;

    private static final String GIVE_UP = "UPDATE leek.queued_task SET unique_key = NULL WHERE seq = ?";

    /** Each run of a task that is queued again has left an attempt. */
    private static final String FREE_UNRUN = """
            DELETE FROM leek.unique_key WHERE unique_key = ? AND jid = ?
              AND NOT EXISTS (SELECT 1 FROM leek.attempt a WHERE a.jid = unique_key.jid)
            """;

    private final JdbcTemplate jdbc;
    private final boolean isPostgres;
    private final String holders;
    private final GuardedBatch<Taken> take;
    private final GuardedBatch<Taken> takeOver;
    private final GuardedBatch<Taken> takeNew;
    private final GuardedBatch<QueuedTask> giveUp;
    private final GuardedBatch<QueuedTask> freeUnrun;

    Keys(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        isPostgres = database.dialect() == Dialect.POSTGRESQL;
        Schema schema = database.schema();
        holders = schema.in(HOLDERS);
        take = new GuardedBatch<>(jdbc, schema.in(TAKE), (to, taken) -> to.text(taken.key())
                .text(taken.jid())
                .time(taken.until())
                .time(taken.at()));
        takeOver = new GuardedBatch<>(jdbc, schema.in(TAKE_OVER), (to, taken) -> to.text(taken.jid())
                .time(taken.until())
                .text(taken.key())
                .time(taken.at()));
        takeNew = new GuardedBatch<>(jdbc, schema.in(TAKE_NEW), (to, taken) -> to.text(taken.key())
                .text(taken.jid())
                .time(taken.until()));
        giveUp = new GuardedBatch<>(jdbc, schema.in(GIVE_UP), (to, row) -> to.number(row.seq()));
        freeUnrun = new GuardedBatch<>(
                jdbc, schema.in(FREE_UNRUN), (to, row) -> to.text(row.key()).text(row.jid()));
    }

    /**
     * Takes for their time the keys of tasks that this transaction has just stored, where they have one.
     *
     * @throws OptimisticLockingFailureException where another transaction has taken one meanwhile
     */
    void take(List<Change.Insert> stored) {
        List<Taken> wanted = stored.stream()
                .filter(change -> change.key() instanceof TaskKey.AtLeast)
                .map(Taken::of)
                .toList();
        if (isPostgres) {
            take.runForAll(wanted);
            return;
        }
        boolean[] over = takeOver.run(wanted);
        takeNew.runForAll(IntStream.range(0, over.length)
                .filter(i -> !over[i])
                .mapToObj(wanted::get)
                .toList());
    }

    /** Who has each of these keys; a queued row comes before one that has it for a time. */
    Map<String, Holder> holders(Stream<@Nullable String> keys) {
        Map<String, Holder> found = new HashMap<>();
        String[] sought = keys.filter(Objects::nonNull).toArray(String[]::new);
        if (sought.length > 0) {
            jdbc.query(
                    holders,
                    row -> {
                        found.merge(
                                row.getString(1),
                                new Holder(row.getString(2), time(row)),
                                (one, other) -> one.until() == null ? one : other);
                    },
                    sought,
                    sought);
        }
        return found;
    }

    private static @Nullable Instant time(ResultSet row) throws SQLException {
        OffsetDateTime time = row.getObject(3, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /** Rows that have just been handed out, as they are now: those whose key counts only until then have none. */
    List<QueuedTask> handedOut(List<QueuedTask> rows) {
        if (rows.stream().allMatch(row -> row.key() == null)) {
            return rows;
        }
        List<QueuedTask> ending =
                rows.stream().filter(QueuedTask::hasKeyWhileQueued).toList();
        giveUp.runForAll(ending);
        return rows.stream()
                .map(row -> ending.contains(row) ? row.withoutKey() : row)
                .toList();
    }

    /** Frees the keys of tasks that have ended, unless they have run. */
    void freeUnrun(List<QueuedTask> ended) {
        freeUnrun.run(ended.stream().filter(row -> row.key() != null).toList());
    }

    /** @param until null where it has the key while it is queued */
    record Holder(String jid, @Nullable Instant until) {

        boolean hasKeyAt(Instant time) {
            return until == null || until.isAfter(time);
        }
    }

    private record Taken(String key, String jid, Instant at, Instant until) {

        static Taken of(Change.Insert change) {
            TaskKey.AtLeast key = (TaskKey.AtLeast) Objects.requireNonNull(change.key());
            Instant at = Parameters.stored(change.enqueuedAt());
            return new Taken(key.text(), change.jid(), at, at.plus(key.time()));
        }
    }
}

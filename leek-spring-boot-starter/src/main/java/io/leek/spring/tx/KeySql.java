package io.leek.spring.tx;

import io.leek.task.TaskKey;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** What an application's own transaction does with keys of tasks. Their times are the database's, as those of its rows. */
final class KeySql {

    private static final String FREE_OF_TIME = " WHERE NOT EXISTS (SELECT 1 FROM leek.unique_key t"
            + " WHERE t.unique_key = task.unique_key AND t.taken_until > :now)";

    /** PostgreSQL waits for a transaction that is about to take the key; on H2 the column's constraint makes it fail. */
    private static final String FREE_ON_POSTGRESQL =
            " ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL DO NOTHING";

    private static final String FREE_ON_H2 =
            " AND NOT EXISTS (SELECT 1 FROM leek.queued_task k WHERE k.unique_key = task.unique_key)";

    private static final String HOLDERS = """
            SELECT jid FROM leek.queued_task WHERE unique_key = ?
            UNION ALL SELECT jid FROM leek.unique_key WHERE unique_key = ? AND taken_until > :now
            """;

    private static final String UNTIL = ":now + CAST(? AS BIGINT) * INTERVAL '0.001' SECOND";

    private static final String TAKE =
            "INSERT INTO leek.unique_key AS t (unique_key, jid, taken_until) VALUES (?, ?, " + UNTIL + """
            )
            ON CONFLICT (unique_key) DO UPDATE SET jid = EXCLUDED.jid, taken_until = EXCLUDED.taken_until
            WHERE t.taken_until <= :now
            """;

    private static final String TAKE_OVER = "UPDATE leek.unique_key SET jid = ?, taken_until = " + UNTIL
            + " WHERE unique_key = ? AND taken_until <= :now";

    private static final String TAKE_NEW =
            "INSERT INTO leek.unique_key (unique_key, jid, taken_until) VALUES (?, ?, " + UNTIL + ")";

    private final boolean isH2;
    private final UnaryOperator<String> in;

    /** @param in makes a statement one for the schema */
    KeySql(boolean isH2, UnaryOperator<String> in) {
        this.isH2 = isH2;
        this.in = in;
    }

    /** The end of an insert of a {@code task} with a key: nothing is inserted where another has it. */
    String ifFree() {
        return FREE_OF_TIME + (isH2 ? FREE_ON_H2 : FREE_ON_POSTGRESQL);
    }

    /** Takes the key of a task for its time; false where another transaction was quicker. */
    boolean take(JdbcTemplate jdbc, TaskKey.AtLeast key, String jid) {
        long millis = key.time().toMillis();
        if (!isH2) {
            return jdbc.update(in.apply(TAKE), key.text(), jid, millis) == 1;
        }
        try {
            return jdbc.update(in.apply(TAKE_OVER), jid, millis, key.text()) == 1
                    || jdbc.update(in.apply(TAKE_NEW), key.text(), jid, millis) == 1;
        } catch (DuplicateKeyException e) {
            return false;
        }
    }

    /** The task that has a key: a queued one, or one that has it for a time. */
    Optional<String> holder(JdbcTemplate jdbc, String key) {
        return jdbc.queryForList(in.apply(HOLDERS), String.class, key, key).stream()
                .findAny();
    }
}

package io.leek.server.store;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.JdbcTemplate;

/** Many tasks that have succeeded, put into their table of an H2 store by hand. */
public final class Backlog {

    private static final int BATCH = 10_000;

    private static final String INSERT = """
            INSERT INTO leek.success_task (seq, jid, name, queue, payload, enqueued_at, started_at, finished_at, attempts,
                   crashes, worker_id, result)
            SELECT -x, 'backlog-' || LPAD(x, 12, '0'), 'mailer.welcome', 'default',
                   '{"jid":"backlog-' || LPAD(x, 12, '0') || '","jobtype":"mailer.welcome","args":["ada@example.org"],'
                   || '"queue":"default","retry":0,"created_at":"2026-03-01T10:00:00.123456Z"}',
                   t, t, t, 1, 0, 'worker-1', '"done"'
            FROM (SELECT x, DATEADD(MILLISECOND, x, CAST(? AS TIMESTAMP(6) WITH TIME ZONE)) AS t
                  FROM SYSTEM_RANGE(?, ?))
            """;

    private Backlog() {}

    /** Tasks that finished one after the other, a millisecond apart, the last a day ago. */
    public static void insert(JdbcTemplate sql, int rows) {
        Object from = Instant.now()
                .minus(Duration.ofDays(1))
                .minus(Duration.ofMillis(rows))
                .atOffset(ZoneOffset.UTC);
        for (int begin = 1; begin <= rows; begin += BATCH) {
            sql.update(INSERT, from, begin, Math.min(rows, begin + BATCH - 1));
        }
    }
}

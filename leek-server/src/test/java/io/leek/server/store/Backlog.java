package io.leek.server.store;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.JdbcTemplate;

/** Many tasks that have succeeded, put into their table by hand. */
public final class Backlog {

    private static final int BATCH = 1_000;

    private static final String INSERT = """
            INSERT INTO leek.success_task (jid, name, queue, payload, enqueued_at, started_at, finished_at, attempts,
                   crashes, worker_id, result)
            VALUES (?, 'mailer.welcome', 'default', ?, ?, ?, ?, 1, 0, 'worker-1', '"done"')
            """;

    private Backlog() {}

    /** Tasks that finished one after the other, a millisecond apart, from the given time on. */
    public static void insert(JdbcTemplate sql, int rows, OffsetDateTime from) {
        for (int begin = 0; begin < rows; begin += BATCH) {
            List<Object[]> batch = IntStream.range(begin, Math.min(rows, begin + BATCH))
                    .mapToObj(i -> row("backlog-%012d".formatted(i), from.plusNanos(i * 1_000_000L)))
                    .toList();
            sql.batchUpdate(INSERT, batch);
        }
    }

    private static Object[] row(String jid, OffsetDateTime finished) {
        return new Object[] {jid, Changes.payload(jid, 5, null), finished, finished, finished};
    }
}

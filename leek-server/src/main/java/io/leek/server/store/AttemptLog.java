package io.leek.server.store;

import io.leek.server.store.Leases.End;
import io.leek.task.FailedAttempt;
import io.leek.task.TaskFailure;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** Writes down the attempts that did not end in success, and forgets old ones where a task has many. */
final class AttemptLog {

    private static final String ADD = """
            INSERT INTO leek.attempt
            (jid, seq, number, started_at, failed_at, worker_id, reason, errtype, message, backtrace)
            SELECT jid, seq, attempts + 1, CAST(? AS TIMESTAMP(6) WITH TIME ZONE),
            CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR),
            CAST(? AS VARCHAR), CAST(? AS TEXT)
            FROM leek.queued_task WHERE seq = ?
            """;

    private static final String FORGET = """
            DELETE FROM leek.attempt
            WHERE jid = ? AND seq = ? AND number <= (SELECT attempts + 1 FROM leek.queued_task WHERE seq = ?) - ?
            """;

    /** Of a task that is put back into its queue again and again; what it does then has another place. */
    private static final String FORGET_LIVES = """
            DELETE FROM leek.attempt
            WHERE jid = ? AND seq < (SELECT MIN(seq) FROM
            (SELECT seq FROM leek.attempt WHERE jid = ? ORDER BY seq DESC, number DESC FETCH FIRST ? ROWS ONLY) latest)
            """;

    private final GuardedBatch<Failed> add;
    private final GuardedBatch<Failed> forget;
    private final GuardedBatch<String> forgetLives;

    AttemptLog(JdbcTemplate jdbc, Schema schema) {
        add = new GuardedBatch<>(
                jdbc, schema.in(ADD), (to, failed) -> to.time(failed.end().startedAt())
                        .time(failed.at())
                        .text(failed.end().workerId())
                        .failure(failed.failure())
                        .number(failed.end().seq()));
        forget = new GuardedBatch<>(jdbc, schema.in(FORGET), (to, failed) -> to.text(
                        failed.end().change().jid())
                .number(failed.end().seq())
                .number(failed.end().seq())
                .number(FailedAttempt.KEPT));
        forgetLives = new GuardedBatch<>(jdbc, schema.in(FORGET_LIVES), (to, jid) -> to.text(jid)
                .text(jid)
                .number(FailedAttempt.KEPT));
    }

    /** An attempt's end, while its task's row is queued and does not count it yet. */
    record Failed(End<? extends Change.Ending> end, Instant at, TaskFailure failure) {}

    void add(List<Failed> ended) {
        add.runForAll(ended);
        forget.run(ended);
    }

    /** Keeps the latest of tasks that are put back into their queue. */
    void putBack(List<String> jids) {
        forgetLives.run(jids);
    }
}

package io.leek.server.store;

import io.leek.server.store.ColumnBatch.Column;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/** Moves of queued rows that stay queued: handed out, given back, held longer. */
final class Leases {

    private static final String CLAIM_H2 = """
            MERGE INTO leek.queued_task q USING (SELECT * FROM :change) change
            ON q.jid = change.jid AND q.lease IS NULL
            WHEN MATCHED THEN UPDATE
            SET lease = change.lease, started_at = change.started_at, lease_until = change.lease_until,
                worker_id = change.worker_id, server_id = change.server_id, attempts = q.attempts + 1
            """;

    private static final String CLAIM_POSTGRESQL = """
            UPDATE leek.queued_task q
            SET lease = change.lease, started_at = change.started_at, lease_until = change.lease_until,
                worker_id = change.worker_id, server_id = change.server_id, attempts = q.attempts + 1
            FROM :change
            WHERE q.jid = change.jid AND q.lease IS NULL
            """;

    private static final String RETRY_LATER = """
            UPDATE leek.queued_task
            SET lease = NULL, lease_until = NULL, server_id = NULL, due_at = ?, failure = ?
            WHERE jid = ? AND lease = COALESCE(CAST(? AS VARCHAR), lease)
            """;

    private static final String RELEASE = """
            UPDATE leek.queued_task
            SET lease = NULL, lease_until = NULL, server_id = NULL, started_at = NULL, worker_id = NULL,
                due_at = ?, attempts = attempts - 1
            WHERE jid = ? AND lease = ?
            """;

    private static final String CRASH = """
            UPDATE leek.queued_task
            SET lease = NULL, lease_until = NULL, server_id = NULL, due_at = ?, crashes = crashes + 1
            WHERE jid = ? AND lease = ?
            """;

    private static final String RENEW = """
            UPDATE leek.queued_task
            SET lease_until = GREATEST(lease_until, CAST(? AS TIMESTAMP(6) WITH TIME ZONE)), server_id = ?
            WHERE jid = ? AND lease = ?
            """;

    private final ColumnBatch<Change.Claim> claim;
    private final GuardedBatch<Change.RetryLater> retryLater;
    private final GuardedBatch<Change.Release> release;
    private final GuardedBatch<Change.Crash> crash;
    private final GuardedBatch<Change.Renew> renew;

    Leases(JdbcTemplate jdbc, Schema schema, Dialect dialect) {
        boolean isH2 = dialect == Dialect.H2;
        String claimed = isH2 ? QueuedRows.COLUMNS : QueuedRows.columns("q");
        claim = new ColumnBatch<>(
                jdbc,
                dialect.returning(schema.in(isH2 ? CLAIM_H2 : CLAIM_POSTGRESQL), claimed),
                List.of(
                        Column.text("jid", Change.Claim::jid),
                        Column.text("lease", change -> change.lease().token()),
                        Column.time("started_at", change -> change.lease().startedAt()),
                        Column.time("lease_until", change -> change.lease().until()),
                        Column.text("worker_id", change -> change.lease().workerId()),
                        Column.text("server_id", change -> change.lease().serverId())));
        retryLater = new GuardedBatch<>(jdbc, schema.in(RETRY_LATER), (to, change) -> to.time(change.dueAt())
                .failureJson(change.failure())
                .text(change.jid())
                .text(change.token()));
        release = new GuardedBatch<>(jdbc, schema.in(RELEASE), (to, change) -> to.time(change.dueAt())
                .text(change.jid())
                .text(change.token()));
        crash = new GuardedBatch<>(jdbc, schema.in(CRASH), (to, change) -> to.time(change.dueAt())
                .text(change.jid())
                .text(change.token()));
        renew = new GuardedBatch<>(jdbc, schema.in(RENEW), (to, change) -> to.time(change.until())
                .text(change.serverId())
                .text(change.jid())
                .text(change.token()));
    }

    List<Outcome> claim(List<Change.Claim> changes) {
        Map<String, QueuedTask> claimed = new HashMap<>();
        claim.run(changes, QueuedRows::row).forEach(row -> claimed.put(row.jid(), row));
        return changes.stream()
                .<Outcome>map(change -> {
                    QueuedTask row = claimed.get(change.jid());
                    return row == null ? new Outcome.Lost() : new Outcome.Done(row);
                })
                .toList();
    }

    List<Outcome> retryLater(List<Change.RetryLater> changes) {
        return outcomes(retryLater.run(changes));
    }

    List<Outcome> release(List<Change.Release> changes) {
        return outcomes(release.run(changes));
    }

    List<Outcome> crash(List<Change.Crash> changes) {
        return outcomes(crash.run(changes));
    }

    List<Outcome> renew(List<Change.Renew> changes) {
        return outcomes(renew.run(changes));
    }

    static List<Outcome> outcomes(boolean[] won) {
        List<Outcome> outcomes = new ArrayList<>(won.length);
        for (boolean one : won) {
            outcomes.add(one ? new Outcome.Done(null) : new Outcome.Lost());
        }
        return outcomes;
    }
}

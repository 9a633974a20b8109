package io.leek.server.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/** Moves of queued rows that stay queued: handed out, given back, held longer. */
final class Leases {

    private static final String CLAIM = """
            UPDATE leek.queued_task
            SET lease = ?, started_at = ?, lease_until = ?, worker_id = ?, server_id = ?, attempts = attempts + 1
            WHERE jid = ? AND lease IS NULL
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

    private final QueuedRows rows;
    private final GuardedBatch<Change.Claim> claim;
    private final GuardedBatch<Change.RetryLater> retryLater;
    private final GuardedBatch<Change.Release> release;
    private final GuardedBatch<Change.Crash> crash;
    private final GuardedBatch<Change.Renew> renew;

    Leases(JdbcTemplate jdbc, Schema schema) {
        rows = new QueuedRows(jdbc, schema);
        claim = new GuardedBatch<>(jdbc, schema.in(CLAIM), (to, change) -> {
            Lease lease = change.lease();
            to.text(lease.token()).time(lease.startedAt()).time(lease.until());
            to.text(lease.workerId()).text(lease.serverId()).text(change.jid());
        });
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
        boolean[] won = claim.run(changes);
        List<String> jids = new ArrayList<>(won.length);
        for (int i = 0; i < won.length; i++) {
            if (won[i]) {
                jids.add(changes.get(i).jid());
            }
        }
        Map<String, QueuedTask> claimed = new HashMap<>();
        if (!jids.isEmpty()) {
            rows.byJids(jids).forEach(row -> claimed.put(row.jid(), row));
        }
        List<Outcome> outcomes = new ArrayList<>(won.length);
        for (int i = 0; i < won.length; i++) {
            outcomes.add(won[i] ? new Outcome.Done(claimed.get(changes.get(i).jid())) : new Outcome.Lost());
        }
        return outcomes;
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

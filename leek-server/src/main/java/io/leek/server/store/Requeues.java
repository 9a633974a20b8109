package io.leek.server.store;

import io.leek.server.store.Keys.Holder;
import io.leek.task.InvalidTaskException;
import io.leek.task.TaskRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Moves failed rows back to the queue, as if they had just been pushed. */
final class Requeues {

    private static final String FAILED =
            "SELECT jid, name, queue, payload, enqueued_at, mutex FROM leek.failed_task WHERE jid = ANY(?)";

    private static final String DELETE_FAILED = "DELETE FROM leek.failed_task WHERE jid = ?";

    private final JdbcTemplate jdbc;
    private final Inserts inserts;
    private final SeqBlocks seqs;
    private final AttemptLog attempts;
    private final String failed;
    private final GuardedBatch<Failed> delete;

    Requeues(JdbcTemplate jdbc, Schema schema, Inserts inserts, SeqBlocks seqs, AttemptLog attempts) {
        this.jdbc = jdbc;
        this.inserts = inserts;
        this.seqs = seqs;
        this.attempts = attempts;
        this.failed = schema.in(FAILED);
        this.delete =
                new GuardedBatch<>(jdbc, schema.in(DELETE_FAILED), (parameters, row) -> parameters.text(row.jid()));
    }

    List<Outcome> requeue(List<Change.Requeue> changes) {
        Map<String, Failed> found = new HashMap<>();
        Object jids = changes.stream().map(Change.Requeue::jid).toArray(String[]::new);
        jdbc.query(failed, Requeues::failed, jids).forEach(row -> found.put(row.jid(), row));
        delete.runForAll(List.copyOf(found.values()));
        attempts.putBack(List.copyOf(found.keySet()));
        Map<String, Holder> holders = inserts.holders(found.values().stream().map(Failed::key));
        Set<String> taken = new HashSet<>();
        long[] seq = seqs.take(found.size());
        List<QueuedTask> rows = new ArrayList<>(seq.length);
        List<Outcome> outcomes = new ArrayList<>(changes.size());
        for (Change.Requeue change : changes) {
            Failed row = found.get(change.jid());
            if (row == null) {
                outcomes.add(new Outcome.Lost());
                continue;
            }
            boolean keepsKey = row.key() != null
                    && !isTaken(holders.get(row.key()), row.jid(), change.dueAt())
                    && taken.add(row.key());
            rows.add(row.queued(seq[rows.size()], change.dueAt(), keepsKey ? row.key() : null));
            outcomes.add(new Outcome.Done(rows.get(rows.size() - 1)));
        }
        inserts.insertFree(rows);
        return outcomes;
    }

    private static boolean isTaken(@Nullable Holder holder, String jid, Instant now) {
        return holder != null && !holder.jid().equals(jid) && holder.hasKeyAt(now);
    }

    private static Failed failed(ResultSet row, int number) throws SQLException {
        String payload = row.getString("payload");
        int priority = TaskRecord.DEFAULT_PRIORITY;
        String key = null;
        try {
            TaskRecord task = TaskRecord.parse(payload);
            priority = task.priority();
            key = task.key() == null ? null : task.key().text();
        } catch (InvalidTaskException e) {
            // Inserted by hand: the columns are what there is, and its worker will say what is wrong with the rest.
        }
        return new Failed(
                row.getString("jid"),
                row.getString("name"),
                row.getString("queue"),
                payload,
                QueuedRows.time(row, 5),
                priority,
                key,
                row.getString("mutex"));
    }

    private record Failed(
            String jid,
            String name,
            String queue,
            String payload,
            Instant enqueuedAt,
            int priority,
            @Nullable String key,
            @Nullable String mutex) {

        private QueuedTask queued(long seq, Instant dueAt, @Nullable String freeKey) {
            Instant due = Parameters.stored(dueAt);
            return new QueuedTask(
                    jid, seq, name, queue, priority, due, enqueuedAt, payload, 0, 0, null, freeKey, mutex, null);
        }
    }
}

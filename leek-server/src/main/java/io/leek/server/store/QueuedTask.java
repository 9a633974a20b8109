package io.leek.server.store;

import io.leek.server.store.TaskStore.Claimable;
import io.leek.task.InvalidTaskException;
import io.leek.task.TaskFailure;
import io.leek.task.TaskKey;
import io.leek.task.TaskRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code queued_task}.
 *
 * @param payload the JSON record as it was pushed
 * @param attempts runs begun; releasing one takes it back, a crash does not
 * @param crashes runs that ended because their process did
 * @param lease who may run it now; null while it waits
 * @param mutex the name of what it must have a place in to run
 * @param failure of its last attempt, where it waits for a retry
 */
public record QueuedTask(
        String jid,
        long seq,
        String name,
        String queue,
        int priority,
        Instant dueAt,
        Instant enqueuedAt,
        String payload,
        int attempts,
        int crashes,
        @Nullable Lease lease,
        @Nullable String key,
        @Nullable String mutex,
        @Nullable TaskFailure failure) {

    /** One without a mutex. */
    public QueuedTask(
            String jid,
            long seq,
            String name,
            String queue,
            int priority,
            Instant dueAt,
            Instant enqueuedAt,
            String payload,
            int attempts,
            int crashes,
            @Nullable Lease lease,
            @Nullable String key,
            @Nullable TaskFailure failure) {
        this(jid, seq, name, queue, priority, dueAt, enqueuedAt, payload, attempts, crashes, lease, key, null, failure);
    }

    /** The same under a lease, which begins an attempt. */
    QueuedTask leased(Lease given) {
        return with(given, key, attempts + 1, crashes);
    }

    /** The same without its key. */
    public QueuedTask withoutKey() {
        return with(lease, null, attempts, crashes);
    }

    /** The same after the process that ran it has ended. */
    public QueuedTask crashed() {
        return with(null, key, attempts, crashes + 1);
    }

    private QueuedTask with(@Nullable Lease given, @Nullable String ownKey, int begun, int crashed) {
        return new QueuedTask(
                jid,
                seq,
                name,
                queue,
                priority,
                dueAt,
                enqueuedAt,
                payload,
                begun,
                crashed,
                given,
                ownKey,
                mutex,
                failure);
    }

    /** What there is to know of it for handing it out. */
    public Claimable claimable() {
        return new Claimable(jid, name, queue, priority, seq, crashes, payload.length(), mutex, hasKeyWhileQueued());
    }

    /** Whether it has a key that ends with its hand-out. */
    public boolean hasKeyWhileQueued() {
        try {
            return key != null && TaskRecord.parse(payload).key() instanceof TaskKey.WhileQueued;
        } catch (InvalidTaskException handWritten) {
            return false;
        }
    }

    /** Attempts that ended as a failure of the task itself, not counting one under way. */
    public int failures() {
        return attempts - crashes - (lease == null ? 0 : 1);
    }
}

package io.leek.server.engine;

import io.leek.server.store.Change;
import io.leek.server.store.Lease;
import io.leek.server.store.QueuedTask;
import io.leek.task.FailedAttempt;
import io.leek.task.Task;
import io.leek.task.TaskFailure;
import io.leek.task.TaskState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A queued task of a {@link MemoryStore}. */
final class MemoryRow {

    final QueuedTask born;

    @Nullable
    String key;

    Instant dueAt;
    int attempts;
    int crashes;

    @Nullable
    Lease lease;

    @Nullable
    Instant startedAt;

    @Nullable
    String workerId;

    @Nullable
    TaskFailure failure;

    MemoryRow(QueuedTask born) {
        this.born = born;
        key = born.key();
        dueAt = born.dueAt();
        if (born.lease() != null) {
            hand(born.lease());
        }
    }

    static MemoryRow of(Change.Insert insert, long seq) {
        return new MemoryRow(new QueuedTask(
                insert.jid(),
                seq,
                insert.name(),
                insert.queue(),
                insert.priority(),
                kept(insert.dueAt()),
                kept(insert.enqueuedAt()),
                insert.payload(),
                0,
                0,
                insert.lease(),
                insert.key() == null ? null : insert.key().text(),
                null));
    }

    static Instant kept(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }

    void hand(Lease to) {
        lease = new Lease(to.token(), kept(to.startedAt()), kept(to.until()), to.workerId(), to.serverId());
        startedAt = lease.startedAt();
        workerId = lease.workerId();
        attempts++;
        if (born.hasKeyWhileQueued()) {
            key = null;
        }
    }

    /** @param due null for the time it had before */
    void takeBack(@Nullable Instant due) {
        lease = null;
        if (due != null) {
            dueAt = kept(due);
        }
    }

    boolean waits(Instant now) {
        return lease == null && (!dueAt.isAfter(now) || !dueAt.isAfter(born.enqueuedAt()));
    }

    QueuedTask now() {
        return new QueuedTask(
                born.jid(),
                born.seq(),
                born.name(),
                born.queue(),
                born.priority(),
                dueAt,
                born.enqueuedAt(),
                born.payload(),
                attempts,
                crashes,
                lease,
                key,
                failure);
    }

    Task queued() {
        return task(TaskState.QUEUED, null, null, failure);
    }

    Task success(Instant finishedAt, @Nullable String result) {
        return task(TaskState.SUCCESS, kept(finishedAt), result, null);
    }

    FailedAttempt ended(Instant at, TaskFailure why) {
        return new FailedAttempt(attempts, Objects.requireNonNull(startedAt), kept(at), workerId, cleaned(why));
    }

    Task failed(Instant finishedAt, TaskFailure why) {
        return task(TaskState.FAILED, kept(finishedAt), null, cleaned(why));
    }

    private static TaskFailure cleaned(TaskFailure why) {
        String message = why.message().replace('\0', '\uFFFD');
        var lines = why.backtrace().stream()
                .map(line -> line.replace('\0', '\uFFFD'))
                .toList();
        return new TaskFailure(why.reason(), why.errtype(), message, lines);
    }

    private Task task(
            TaskState state, @Nullable Instant finishedAt, @Nullable String result, @Nullable TaskFailure why) {
        boolean isQueued = state == TaskState.QUEUED;
        return new Task(
                born.jid(),
                born.name(),
                born.queue(),
                state,
                born.payload(),
                born.priority(),
                isQueued ? key : null,
                born.enqueuedAt(),
                isQueued ? dueAt : null,
                startedAt,
                finishedAt,
                attempts,
                crashes,
                workerId,
                lease != null && isQueued,
                result,
                why);
    }
}

package io.leek.server.store;

import io.leek.task.InvalidTaskException;
import io.leek.task.Task;
import io.leek.task.TaskFailure;
import io.leek.task.TaskRecord;
import io.leek.task.TaskState;
import jakarta.persistence.Column;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the rows of {@code success_task} and {@code failed_task} have in common, for reading. */
@MappedSuperclass
@SuppressWarnings("NullAway.Init")
abstract class FinishedTaskEntity implements TaskEntity {

    @Id
    @Column(name = "jid")
    private String jid;

    @Column(name = "seq")
    private long seq;

    @Column(name = "name")
    private String name;

    @Column(name = "queue")
    private String queue;

    @Column(name = "payload")
    private String payload;

    @Column(name = "enqueued_at")
    private Instant enqueuedAt;

    @Column(name = "started_at")
    private @Nullable Instant startedAt;

    @Column(name = "finished_at")
    private Instant finishedAt;

    @Column(name = "attempts")
    private int attempts;

    @Column(name = "crashes")
    private int crashes;

    @Column(name = "worker_id")
    private @Nullable String workerId;

    @Override
    public long seq() {
        return seq;
    }

    Instant finishedAt() {
        return finishedAt;
    }

    Task task(TaskState state, @Nullable String result, @Nullable TaskFailure failure) {
        return new Task(
                jid,
                name,
                queue,
                state,
                payload,
                priority(),
                null,
                enqueuedAt,
                null,
                startedAt,
                finishedAt,
                attempts,
                crashes,
                workerId,
                false,
                result,
                failure);
    }

    private int priority() {
        try {
            return TaskRecord.parse(payload).priority();
        } catch (InvalidTaskException e) {
            // A row inserted by hand need not hold a record.
            return TaskRecord.DEFAULT_PRIORITY;
        }
    }
}

package io.leek.server.store;

import io.leek.task.Task;
import io.leek.task.TaskState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.NotFound;
import org.hibernate.annotations.NotFoundAction;
import org.jspecify.annotations.Nullable;

/** A row of {@code queued_task}, for reading. */
@Entity
@Immutable
@Table(name = "queued_task")
@SuppressWarnings("NullAway.Init")
class QueuedTaskEntity implements TaskEntity {

    @Id
    @Column(name = "jid")
    private String jid;

    @Column(name = "seq")
    private long seq;

    @Column(name = "name")
    private String name;

    @Column(name = "queue")
    private String queue;

    @Column(name = "priority")
    private int priority;

    @Column(name = "due_at")
    private Instant dueAt;

    @Column(name = "enqueued_at")
    private Instant enqueuedAt;

    @Column(name = "payload")
    private String payload;

    @Column(name = "attempts")
    private int attempts;

    @Column(name = "crashes")
    private int crashes;

    @Column(name = "started_at")
    private @Nullable Instant startedAt;

    @Column(name = "worker_id")
    private @Nullable String workerId;

    @Column(name = "unique_key")
    private @Nullable String uniqueKey;

    @Column(name = "failure")
    private @Nullable String failure;

    @ManyToOne
    @NotFound(action = NotFoundAction.IGNORE)
    @JoinColumn(name = "seq", insertable = false, updatable = false)
    private @Nullable LeaseEntity lease;

    @Override
    public long seq() {
        return seq;
    }

    @Override
    public Task task() {
        return new Task(
                jid,
                name,
                queue,
                TaskState.QUEUED,
                payload,
                priority,
                uniqueKey,
                enqueuedAt,
                dueAt,
                lease == null ? startedAt : lease.startedAt(),
                null,
                lease == null ? attempts : attempts + 1,
                crashes,
                lease == null ? workerId : lease.workerId(),
                lease != null,
                null,
                QueuedRows.failure(failure));
    }
}

package io.leek.server.store;

import io.leek.task.Task;
import io.leek.task.TaskFailure;
import io.leek.task.TaskState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;

/** A row of {@code failed_task}, for reading. */
@Entity
@Immutable
@Table(name = "failed_task")
@SuppressWarnings("NullAway.Init")
class FailedTaskEntity extends FinishedTaskEntity {

    @Column(name = "reason")
    private String reason;

    @Column(name = "errtype")
    private String errtype;

    @Column(name = "message")
    private String message;

    @Column(name = "backtrace")
    private String backtrace;

    @Override
    public Task task() {
        TaskFailure failure =
                new TaskFailure(reason, errtype, message, backtrace.lines().toList());
        return task(TaskState.FAILED, null, failure);
    }
}

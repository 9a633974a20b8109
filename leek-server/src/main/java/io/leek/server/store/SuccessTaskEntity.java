package io.leek.server.store;

import io.leek.task.Task;
import io.leek.task.TaskState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A row of {@code success_task}, for reading. */
@Entity
@Immutable
@Table(name = "success_task")
class SuccessTaskEntity extends FinishedTaskEntity {

    @Column(name = "result")
    private @Nullable String result;

    @Override
    public Task task() {
        return task(TaskState.SUCCESS, result, null);
    }
}

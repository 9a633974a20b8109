package io.leek.spring.offload;

import io.leek.TaskHandle;
import io.leek.task.Task;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The handle of a call that a mock took: there is a result, but never was a task. */
record FinishedHandle<R extends @Nullable Object>(
        String id, @Nullable R value) implements TaskHandle<R> {

    @Override
    public boolean isNew() {
        return true;
    }

    @Override
    public Optional<Task> find() {
        return Optional.empty();
    }

    @Override
    public Optional<R> result() {
        return Optional.ofNullable(value);
    }
}

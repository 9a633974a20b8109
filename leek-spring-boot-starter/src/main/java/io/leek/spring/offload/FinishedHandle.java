package io.leek.spring.offload;

import io.leek.TaskHandle;
import io.leek.task.Task;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

    @Override
    public @Nullable R await(Duration timeout) {
        return value;
    }

    @Override
    public CompletableFuture<@Nullable R> toCompletableFuture() {
        return CompletableFuture.completedFuture(value);
    }

    @Override
    public boolean cancel() {
        return false;
    }
}

package io.leek.spring.offload;

import io.leek.TaskHandle;
import io.leek.client.TaskGateway.Pushed;
import io.leek.task.Task;
import io.leek.task.TaskState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

/** A handle that asks the gateway each time. */
@SuppressWarnings("unchecked")
record GatewayHandle<R extends @Nullable Object>(Pushed pushed, JavaType resultType, TaskResults results)
        implements TaskHandle<R> {

    @Override
    public String id() {
        return pushed.id();
    }

    @Override
    public boolean isNew() {
        return pushed.isNew();
    }

    @Override
    public boolean isPendingCommit() {
        return pushed.transaction() != null && pushed.transaction().isOpen();
    }

    @Override
    public Optional<Task> find() {
        return results.find(id());
    }

    @Override
    public Optional<R> result() {
        return find().filter(task -> task.state() != TaskState.QUEUED)
                .flatMap(task -> Optional.ofNullable((R) results.valueOf(task, resultType)));
    }

    @Override
    public @Nullable R await(Duration timeout) {
        refuseToWaitInVain();
        return (R) results.await(id(), resultType, timeout);
    }

    @Override
    public CompletableFuture<@Nullable R> toCompletableFuture() {
        return (CompletableFuture<@Nullable R>) results.future(id(), resultType);
    }

    @Override
    public boolean cancel() {
        return results.gateway().cancel(id());
    }

    /** Whoever waits for what can't happen meanwhile is told so at once. */
    private void refuseToWaitInVain() {
        if (pushed.transaction() != null && pushed.transaction().isOfThisThread()) {
            throw new IllegalStateException("Task " + id()
                    + " is there only once the transaction that offloaded it has committed, which it can't while this"
                    + " thread waits inside it; await the task after the transaction");
        }
        results.refuseToWaitInVain(id());
    }
}

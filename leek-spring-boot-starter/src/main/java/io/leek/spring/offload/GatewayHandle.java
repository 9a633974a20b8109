package io.leek.spring.offload;

import io.leek.LeekException;
import io.leek.TaskFailedException;
import io.leek.TaskHandle;
import io.leek.client.TaskGateway;
import io.leek.client.TaskGateway.Pushed;
import io.leek.task.Task;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;

/** A handle that asks the gateway each time. */
record GatewayHandle<R extends @Nullable Object>(Pushed pushed, JavaType resultType, TaskGateway gateway, LeekJson json)
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
        return gateway.find(id());
    }

    @Override
    public Optional<R> result() {
        return find().flatMap(this::resultOf);
    }

    @SuppressWarnings("unchecked")
    private Optional<R> resultOf(Task task) {
        return switch (task.state()) {
            case QUEUED -> Optional.empty();
            case FAILED -> throw new TaskFailedException(task);
            case SUCCESS ->
                task.result() == null ? Optional.empty() : Optional.ofNullable((R) bind(task, task.result()));
        };
    }

    private @Nullable Object bind(Task task, String result) {
        if (resultType.hasRawClass(void.class) || resultType.hasRawClass(Void.class)) {
            return null;
        }
        try {
            return json.parse(result, resultType);
        } catch (JacksonException e) {
            throw new LeekException("Task %s (%s) has a result that does not fit %s (%s)"
                    .formatted(
                            task.id(),
                            task.name(),
                            resultType.toCanonical(),
                            e.getClass().getSimpleName()));
        }
    }
}

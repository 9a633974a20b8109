package io.leek.spring.offload;

import io.leek.AwaitTimeoutException;
import io.leek.LeekException;
import io.leek.LeekUnavailableException;
import io.leek.TaskCancelledException;
import io.leek.TaskContext;
import io.leek.TaskFailedException;
import io.leek.client.TaskGateway;
import io.leek.task.FailureReason;
import io.leek.task.Task;
import io.leek.task.TaskState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;

/** How tasks have ended, asked or waited for, with their results bound to the types of their methods. */
final class TaskResults {

    private final TaskGateway gateway;
    private final LeekJson json;
    private final Supplier<@Nullable OwnWorker> worker;

    /** @param worker null where this application runs no tasks */
    TaskResults(TaskGateway gateway, LeekJson json, Supplier<@Nullable OwnWorker> worker) {
        this.gateway = gateway;
        this.json = json;
        this.worker = worker;
    }

    TaskGateway gateway() {
        return gateway;
    }

    Optional<Task> find(String id) {
        return gateway.find(id);
    }

    /** @throws IllegalStateException where the task can't run for as long as this thread waits for it */
    void refuseToWaitInVain(String id) {
        TaskContext current = TaskContext.current().orElse(null);
        if (current == null) {
            return;
        }
        if (current.id().equals(id)) {
            throw new IllegalStateException(
                    "Task %s (%s) waits for itself, and would do so for ever".formatted(id, current.name()));
        }
        OwnWorker own = worker.get();
        Task task = own == null ? null : find(id).orElse(null);
        if (own != null && task != null && task.state() == TaskState.QUEUED && own.isHeldUpFor(task)) {
            throw new IllegalStateException(
                    ("Task %s (%s) is for this application's worker, queue %s, whose only thread"
                                    + " runs task %s (%s) and would wait for it for ever. Don't wait for it, set"
                                    + " leek.worker.concurrency (or leek.queues.%3$s.concurrency, where the queue has threads of its"
                                    + " own) to more than 1, or offload it to a queue of another worker")
                            .formatted(id, task.name(), task.queue(), current.id(), current.name()));
        }
    }

    @Nullable
    Object await(String id, JavaType type, Duration timeout) {
        CompletableFuture<Task> finished = gateway.whenFinished(id);
        try {
            return valueOf(finished.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS), type);
        } catch (TimeoutException e) {
            return valueOf(inTheEnd(id, timeout), type);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LeekException("Task " + id + " was not waited for any longer, the thread was interrupted", e);
        } catch (ExecutionException e) {
            throw thrownHere(e.getCause());
        } finally {
            finished.cancel(false);
        }
    }

    CompletableFuture<@Nullable Object> future(String id, JavaType type) {
        CompletableFuture<Task> finished = gateway.whenFinished(id);
        CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
        if (finished.isDone()) {
            finished.whenComplete((task, error) -> complete(result, task, error, type));
        } else {
            // Not in the thread that everything else arrives in, which what depends on it might hold up.
            finished.whenCompleteAsync((task, error) -> complete(result, task, error, type));
            result.whenComplete((value, error) -> finished.cancel(false));
        }
        return result;
    }

    /** @throws TaskFailedException if it has failed, or {@link TaskCancelledException} if it was cancelled */
    @Nullable
    Object valueOf(Task task, JavaType type) {
        if (task.state() == TaskState.FAILED) {
            boolean isCancelled = task.failure()
                    .filter(failure -> failure.reason().equals(FailureReason.CANCELLED.text()))
                    .isPresent();
            throw isCancelled ? new TaskCancelledException(task) : new TaskFailedException(task);
        }
        String result = task.result();
        if (result == null || type.hasRawClass(void.class) || type.hasRawClass(Void.class)) {
            return null;
        }
        try {
            return json.parse(result, type);
        } catch (JacksonException e) {
            throw new LeekException("Task %s (%s) has a result that does not fit %s (%s)"
                    .formatted(
                            task.id(),
                            task.name(),
                            type.toCanonical(),
                            e.getClass().getSimpleName()));
        }
    }

    private void complete(
            CompletableFuture<@Nullable Object> result, @Nullable Task task, @Nullable Throwable error, JavaType type) {
        try {
            if (task == null) {
                result.completeExceptionally(error == null ? new IllegalStateException("nothing finished") : error);
            } else {
                result.complete(valueOf(task, type));
            }
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /** The task, if it has finished after all. */
    private Task inTheEnd(String id, Duration timeout) {
        Optional<Task> found;
        try {
            found = find(id);
        } catch (LeekUnavailableException e) {
            AwaitTimeoutException timedOut =
                    new AwaitTimeoutException(id, timeout, "what it is doing can't be told. " + e.getMessage());
            timedOut.addSuppressed(e);
            throw timedOut;
        }
        return found.filter(task -> task.state() != TaskState.QUEUED)
                .orElseThrow(() -> new AwaitTimeoutException(
                        id,
                        timeout,
                        found.map(TaskResults::doing)
                                .orElse("it is not there, because it was deleted or purged, or because the transaction"
                                        + " that offloaded it has not committed")));
    }

    private static String doing(Task task) {
        return task.running()
                ? "%s runs, handed to worker %s at %s".formatted(task.name(), task.workerId(), task.startedAt())
                : "%s waits in queue %s, due at %s, after %d attempts"
                        .formatted(task.name(), task.queue(), task.dueAt(), task.attempts());
    }

    /** Anew, so that the stack trace is the caller's. */
    private static RuntimeException thrownHere(@Nullable Throwable cause) {
        if (cause instanceof LeekUnavailableException e) {
            return new LeekUnavailableException(
                    String.valueOf(e.getMessage()),
                    e.host(),
                    e.port(),
                    e.taskId().orElse(null),
                    e.isOutcomeUnknown(),
                    e);
        }
        return cause instanceof LeekException e ? e : new LeekException("Waiting for a task failed: " + cause, cause);
    }
}

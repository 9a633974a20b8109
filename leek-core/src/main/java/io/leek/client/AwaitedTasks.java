package io.leek.client;

import io.leek.LeekException;
import io.leek.LeekUnavailableException;
import io.leek.TaskRefusedException;
import io.leek.task.Task;
import io.leek.task.TaskJson;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * The tasks that a client waits for, on a connection of its own. One request names them all, and is sent again when it is
 * answered and when there is one more or one less; the server then answers the one before. So at most two are under way,
 * and what changes meanwhile goes together into the next.
 */
final class AwaitedTasks implements AutoCloseable {

    /** What a server takes in one request. */
    static final int MAX = 10_000;

    /** A connection that is dead is noticed after this long. */
    private static final Duration SLICE = Duration.ofSeconds(20);

    private static final int MAX_UNDER_WAY = 2;

    private final Connector connector;
    private final Set<Awaited> awaited = new LinkedHashSet<>();
    private @Nullable Connection connection;
    private long requests;
    private int underWay;
    private boolean isChanged;
    private boolean hasBroken;
    private boolean isClosed;

    /** @param request the last one sent before: no answer up to it counts, the task may have been retried since */
    private record Awaited(String id, long request, CompletableFuture<Task> future) {}

    AwaitedTasks(Connector connector) {
        this.connector = connector;
    }

    /** Completes in the connection's thread; once the caller completes or cancels it, nobody waits any more. */
    CompletableFuture<Task> await(String id) {
        CompletableFuture<Task> future = new CompletableFuture<>();
        Awaited one;
        synchronized (this) {
            if (awaited.size() >= MAX) {
                return CompletableFuture.failedFuture(new TaskRefusedException(
                        "BUSY",
                        "Task " + id + " can't be waited for: this application waits for " + MAX + " tasks already"));
            }
            one = new Awaited(id, requests, future);
            awaited.add(one);
            isChanged = true;
        }
        future.whenComplete((task, error) -> forget(one));
        send();
        return future;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (connection != null) {
            connection.close();
        }
    }

    private void forget(Awaited one) {
        synchronized (this) {
            if (!awaited.remove(one)) {
                return;
            }
            isChanged = true;
        }
        send();
    }

    private void send() {
        CompletableFuture<Reply> reply;
        long request;
        synchronized (this) {
            boolean isDue = isChanged || underWay == 0 && !awaited.isEmpty();
            if (!isDue || underWay == MAX_UNDER_WAY) {
                return;
            }
            isChanged = false;
            underWay++;
            request = ++requests;
            List<String> ids = awaited.stream().map(Awaited::id).distinct().toList();
            // Under the lock: the last one sent is to name the tasks as they are now.
            reply = connection()
                    .send(
                            new Command.Wait(null, ids, SLICE.toMillis()),
                            SLICE.plus(connector.settings().timeout()));
        }
        reply.whenComplete((answer, error) -> answered(request, answer, error));
    }

    private Connection connection() {
        Connection open = connection;
        if (open == null) {
            open = connector.open();
            connection = open;
            if (isClosed) {
                open.close();
            }
        }
        return open;
    }

    private void answered(long request, @Nullable Reply reply, @Nullable Throwable error) {
        boolean isLast;
        synchronized (this) {
            underWay--;
            isLast = underWay == 0;
        }
        if (reply instanceof Reply.Bulk bulk) {
            finished(request, bulk);
        } else if (reply != null) {
            refused(reply);
        } else if (isLast && error != null) {
            lost(error);
        }
        send();
    }

    private void finished(long request, Reply.Bulk bulk) {
        Map<String, Task> tasks;
        try {
            tasks = TaskJson.MAPPER.readValue(bulk.json(), new TypeReference<List<Task>>() {}).stream()
                    .collect(Collectors.toMap(Task::id, Function.identity()));
        } catch (RuntimeException e) {
            failAll(id -> new LeekException(
                    "Task " + id + " can't be waited for: the Leek server answered LEEK WAIT"
                            + " with what is no tasks; is it of a version that fits this client?",
                    e));
            return;
        }
        List<Awaited> ended;
        synchronized (this) {
            hasBroken = false;
            ended = awaited.stream()
                    .filter(one -> one.request() < request && tasks.containsKey(one.id()))
                    .toList();
            ended.forEach(awaited::remove);
        }
        ended.forEach(one -> one.future().complete(tasks.get(one.id())));
    }

    private void refused(Reply reply) {
        Reply.Failure failure = reply instanceof Reply.Failure said
                ? said
                : new Reply.Failure("ERR", "the Leek server answered LEEK WAIT with no data");
        boolean isUnavailable = failure.code().equals(Reply.Failure.UNAVAILABLE);
        boolean hadAny = failAll(id -> isUnavailable
                ? unavailable(
                        id,
                        Unavailable.because(
                                connector.settings().address(), "has no answer: " + failure.message(), true, null))
                : new TaskRefusedException(
                        failure.code(), "Task " + id + " can't be waited for: " + failure.message()));
        synchronized (this) {
            // It may still know some from the request before.
            isChanged |= hadAny;
        }
    }

    /** A connection may break and be there again at once; then the question is asked again. */
    private void lost(Throwable error) {
        boolean isOver;
        synchronized (this) {
            boolean wasSent = error instanceof LeekUnavailableException e && e.isOutcomeUnknown();
            isOver = !wasSent || hasBroken;
            hasBroken = !isOver;
        }
        if (isOver) {
            failAll(id -> error instanceof LeekUnavailableException e
                    ? unavailable(id, e)
                    : new LeekException("Task " + id + " can't be waited for: " + error, error));
        }
    }

    /** Whether there was any. */
    private boolean failAll(Function<String, LeekException> reason) {
        List<Awaited> failed;
        synchronized (this) {
            failed = List.copyOf(awaited);
            awaited.clear();
            isChanged = false;
        }
        failed.forEach(one -> one.future().completeExceptionally(reason.apply(one.id())));
        return !failed.isEmpty();
    }

    private static LeekUnavailableException unavailable(String id, LeekUnavailableException e) {
        return new LeekUnavailableException(
                "Task " + id + " can't be waited for. " + e.getMessage(),
                e.host(),
                e.port(),
                id,
                e.isOutcomeUnknown(),
                e);
    }
}

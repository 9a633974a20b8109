package io.leek.worker;

import io.leek.client.Connection;
import io.leek.client.Connector;
import io.leek.task.FailureReason;
import io.leek.task.TaskJson;
import io.leek.wire.Command;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once whether the tasks that wait still fit the methods that there are, and says what does not. What was parked
 * because of its arguments and fits now is put back.
 */
public final class BacklogCheck implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BacklogCheck.class);

    /** Nobody waits for it, and a long backlog takes its time. */
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final Connection connection;
    private final TaskHandlers handlers;

    public BacklogCheck(Connector connector, TaskHandlers handlers) {
        this.handlers = handlers;
        connection = connector.open();
    }

    /** Begins once the server is there, in the background. */
    public void start() {
        connection
                .whenConnected()
                .thenCompose(none -> ask(null))
                .thenAcceptAsync(this::check, check -> {
                    Thread thread = new Thread(check, "leek-backlog-check");
                    thread.setDaemon(true);
                    thread.start();
                })
                .whenComplete((done, error) -> {
                    if (error != null) {
                        log.debug("What waits could not be checked; what does not fit is parked in its turn", error);
                    }
                    connection.close();
                });
    }

    @Override
    public void close() {
        connection.close();
    }

    /** How many tasks of a name don't fit, and why the first does not. */
    private record Misfits(long count, String reason) {}

    private CompletableFuture<Reply> ask(@Nullable String parkedAfter) {
        return connection.send(new Command.Backlog(List.copyOf(handlers.names()), parkedAfter), TIMEOUT);
    }

    private void check(Reply first) {
        Replies.Backlog backlog = read(first);
        if (backlog == null) {
            return;
        }
        report(backlog);
        int fitting = putBack(backlog.parked());
        while (backlog != null && backlog.parkedAfter() != null) {
            backlog = read(ask(backlog.parkedAfter()).join());
            fitting += backlog == null ? 0 : putBack(backlog.parked());
        }
        if (fitting > 0) {
            log.info("{} tasks that were parked because of their arguments run now that these fit", fitting);
        }
    }

    private static Replies.@Nullable Backlog read(Reply reply) {
        if (reply instanceof Reply.Bulk bulk) {
            return TaskJson.MAPPER.readValue(bulk.json(), Replies.Backlog.class);
        }
        log.debug("The server does not tell what waits: {}", reply);
        return null;
    }

    private void report(Replies.Backlog backlog) {
        List<String> found = new ArrayList<>();
        for (Replies.WaitingName waiting : backlog.names()) {
            if (!waiting.known() && !handlers.names().contains(waiting.name())) {
                found.add(waiting.count() + " named " + waiting.name() + ", which no connected worker knows");
            }
        }
        misfits(backlog.queued())
                .forEach((name, misfits) -> found.add(
                        misfits.count() + " named " + name + ", whose arguments don't fit: " + misfits.reason()));
        if (!found.isEmpty()) {
            log.warn(
                    "Among the tasks that wait are some that can't be run: {}. They are parked as failed in their turn, and"
                            + " run by themselves once a version that fits them starts. Give a method that was renamed"
                            + " aliases = \"its.old.name\"",
                    String.join("; ", found));
        }
    }

    private Map<String, Misfits> misfits(List<Replies.WaitingTask> queued) {
        Map<String, Misfits> misfits = new TreeMap<>();
        for (Replies.WaitingTask task : queued) {
            String reason = misfit(task);
            if (reason != null) {
                misfits.merge(
                        task.name(),
                        new Misfits(1, reason),
                        (one, other) -> new Misfits(one.count() + 1, one.reason()));
            }
        }
        return misfits;
    }

    /** Returns how many. */
    private int putBack(List<Replies.WaitingTask> parked) {
        List<Replies.WaitingTask> fitting =
                parked.stream().filter(task -> misfit(task) == null).toList();
        fitting.forEach(task -> connection
                .send(new Command.Retry(task.jid(), null, null, FailureReason.ARGUMENTS.text()))
                .join());
        return fitting.size();
    }

    /** Why a task does not fit its method, without any value of it; null where it does. */
    private @Nullable String misfit(Replies.WaitingTask task) {
        TaskHandler handler = handlers.find(task.name()).orElse(null);
        if (handler == null) {
            return null;
        }
        try {
            handler.bind(task.args());
            return null;
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        } catch (Throwable e) {
            return e.getClass().getName();
        }
    }
}

package io.leek.server.listen;

import io.leek.server.dispatch.Dispatcher;
import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.QueueSize;
import io.leek.task.TaskRecord;
import io.leek.wire.Command;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** QUEUE PAUSE, RESUME and LATENCY, and LEEK QUEUES. */
final class Queues {

    private static final String ALL = "*";
    private static final double MILLIS_IN_SECOND = 1_000;

    private final TaskStore store;
    private final Dispatcher dispatcher;
    private final Executor reads;
    private final Clock clock;

    Queues(TaskStore store, Dispatcher dispatcher, Executor reads, Clock clock) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.reads = reads;
        this.clock = clock;
    }

    CompletableFuture<Reply> answer(Command.OnQueues command) {
        List<String> queues = command.queues();
        if (queues.isEmpty() || !queues.stream().allMatch(name -> name.equals(ALL) || TaskRecord.isQueueName(name))) {
            return CompletableFuture.completedFuture(Reply.error("QUEUE " + command.action()
                    + " needs names of queues, 1 to 100 letters, digits, '.', '_' or '-', or * for all"));
        }
        return switch (command.action()) {
            case "PAUSE" -> CompletableFuture.supplyAsync(() -> pause(named(queues)), reads);
            case "RESUME" -> CompletableFuture.supplyAsync(() -> resume(named(queues)), reads);
            case "LATENCY" -> CompletableFuture.supplyAsync(() -> latency(named(queues)), reads);
            default ->
                CompletableFuture.completedFuture(
                        Reply.error("QUEUE takes PAUSE, RESUME or LATENCY, and names of queues"));
        };
    }

    CompletableFuture<Reply> list() {
        return CompletableFuture.supplyAsync(
                () -> {
                    Instant now = clock.instant();
                    Map<String, QueueSize> sizes = sizes();
                    Set<String> paused = dispatcher.paused().names();
                    return Reply.json(known(sizes.keySet()).stream()
                            .map(name -> queue(name, sizes.get(name), paused.contains(name), now))
                            .toList());
                },
                reads);
    }

    private static Replies.Queue queue(String name, @Nullable QueueSize size, boolean isPaused, Instant now) {
        return size == null
                ? new Replies.Queue(name, 0, isPaused, 0)
                : new Replies.Queue(name, size.size(), isPaused, latency(size, now));
    }

    private Reply pause(Set<String> queues) {
        dispatcher.paused().pause(queues);
        return Reply.OK;
    }

    private Reply resume(Set<String> queues) {
        dispatcher.paused().resume(queues);
        return Reply.OK;
    }

    private Reply latency(Set<String> queues) {
        Instant now = clock.instant();
        Map<String, QueueSize> sizes = sizes();
        Map<String, Double> seconds = new LinkedHashMap<>();
        queues.forEach(name -> {
            QueueSize size = sizes.get(name);
            seconds.put(name, size == null ? 0 : latency(size, now));
        });
        return Reply.json(seconds);
    }

    /** Rows of plain SQL may be due by a clock that is ahead. */
    private static double latency(QueueSize size, Instant now) {
        return Math.max(0, Duration.between(size.oldestDueAt(), now).toMillis() / MILLIS_IN_SECOND);
    }

    private Map<String, QueueSize> sizes() {
        Map<String, QueueSize> sizes = new HashMap<>();
        store.queueSizes().forEach(size -> sizes.put(size.queue(), size));
        return sizes;
    }

    private Set<String> named(List<String> queues) {
        return queues.contains(ALL) ? known(sizes().keySet()) : new TreeSet<>(queues);
    }

    /** Where tasks wait, what is paused, and what workers that are here serve. */
    private Set<String> known(Set<String> waiting) {
        Set<String> known = new TreeSet<>(waiting);
        known.addAll(dispatcher.paused().names());
        known.addAll(dispatcher.workers().queues());
        return known;
    }
}

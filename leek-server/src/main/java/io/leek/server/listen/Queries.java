package io.leek.server.listen;

import io.leek.server.dispatch.Attempts;
import io.leek.server.dispatch.Workers;
import io.leek.server.store.Outcome;
import io.leek.server.store.TaskStore;
import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import io.leek.wire.Command;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What can be asked: INFO, LEEK CAPS, GET, LIST, COUNT, RETRY and UNSERVED. */
final class Queries {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'");

    /** The protocol wants one of Faktory's own version numbers; clients compare it. */
    private static final String FAKTORY_VERSION = "1.8.0";

    private static final List<String> VERBS = List.of(
            "CAPS",
            "PUSH",
            "GET",
            "WAIT",
            "LIST",
            "COUNT",
            "RETRY",
            "CANCEL",
            "PROGRESS",
            "FETCH",
            "JOIN",
            "LISTEN",
            "RELEASE",
            "UNSERVED",
            "WAKE",
            "DECLARE",
            "QUEUES",
            "BACKLOG");

    private final TaskStore store;
    private final Attempts attempts;
    private final Workers workers;
    private final Totals totals;
    private final Executor reads;
    private final Clock clock;
    private final Instant startedAt;

    Queries(TaskStore store, Attempts attempts, Workers workers, Totals totals, Executor reads, Clock clock) {
        this.store = store;
        this.attempts = attempts;
        this.workers = workers;
        this.totals = totals;
        this.reads = reads;
        this.clock = clock;
        startedAt = clock.instant();
    }

    Reply caps() {
        return Reply.json(new Replies.Caps(version(), store.id(), VERBS));
    }

    Reply unserved() {
        return Reply.json(workers.unserved());
    }

    CompletableFuture<Reply> get(Command.Get get) {
        String jid = get.jid();
        String key = get.key();
        if (jid == null && key == null) {
            return CompletableFuture.completedFuture(Reply.error("LEEK GET needs a jid or a key"));
        }
        return read(() -> {
            if (jid != null) {
                attempts.reports().save(jid);
            }
            Optional<Task> task = jid != null ? store.find(jid) : store.findByKey(String.valueOf(key));
            return task.map(Reply::json).orElse(Reply.NIL);
        });
    }

    CompletableFuture<Reply> list(Command.ListTasks list) {
        return read(() ->
                Reply.json(store.list(query(list.state(), list.queue(), list.name(), list.after(), list.limit()))));
    }

    CompletableFuture<Reply> count(Command.Count count) {
        return read(() -> Reply.json(
                new Replies.Count(store.count(query(count.state(), count.queue(), count.name(), null, null)), true)));
    }

    CompletableFuture<Reply> retry(Command.Retry retry) {
        String jid = retry.jid();
        String reason = retry.reason();
        if (jid != null && reason != null) {
            return read(() -> Reply.json(new Replies.Retried(retryIfFailedFor(reason, jid) ? 1 : 0)));
        }
        if (jid != null) {
            return attempts.retry(jid)
                    .thenApply(outcome -> Reply.json(new Replies.Retried(outcome instanceof Outcome.Done ? 1 : 0)));
        }
        Instant asked = clock.instant();
        return read(() -> Reply.json(new Replies.Retried(retryAll(asked, retry.queue(), retry.name()))));
    }

    CompletableFuture<Reply> info() {
        return read(() -> Reply.json(describe()));
    }

    /** Another may have put it back just now, and it may have failed otherwise since. */
    private boolean retryIfFailedFor(String reason, String jid) {
        boolean hasFailed = store.find(jid)
                .flatMap(Task::failure)
                .filter(failure -> failure.reason().equals(reason))
                .isPresent();
        return hasFailed && attempts.retry(jid).join() instanceof Outcome.Done;
    }

    /** Only what had failed when it was asked for, so that what fails again meanwhile is not run twice by one request. */
    private long retryAll(Instant asked, @Nullable String queue, @Nullable String name) {
        long retried = 0;
        long last;
        do {
            List<String> page = store.failedBefore(asked, queue, name, TaskQuery.MAX_LIMIT);
            last = page.isEmpty() ? 0 : attempts.retryAll(page).join();
            retried += last;
        } while (last > 0);
        return retried;
    }

    private Map<String, Object> describe() {
        Instant now = clock.instant();
        Map<String, Long> queues = new LinkedHashMap<>();
        store.queueSizes().forEach(queue -> queues.put(queue.queue(), queue.size()));
        TaskStore.Later later = store.later(now);
        long dead = store.count(TaskQuery.failed());
        long busy = attempts.running();
        Map<String, Object> faktory = new LinkedHashMap<>();
        faktory.put("queues", queues);
        faktory.put(
                "sets",
                Map.of("scheduled", later.scheduled(), "retries", later.retrying(), "dead", dead, "working", busy));
        faktory.put(
                "tasks",
                Map.of(
                        "Busy", size(busy),
                        "Dead", size(dead),
                        "Retries", size(later.retrying()),
                        "Scheduled", size(later.scheduled()),
                        "Workers", size(workers.count())));
        faktory.put("total_failures", attempts.failures());
        faktory.put("total_processed", attempts.processed());
        faktory.put("total_enqueued", totals.enqueued());
        faktory.put("total_queues", queues.size());
        Map<String, Object> server = new LinkedHashMap<>();
        server.put("description", "Leek " + version());
        server.put("faktory_version", FAKTORY_VERSION);
        server.put("uptime", Duration.between(startedAt, now).toSeconds());
        server.put("connections", totals.connections());
        server.put("command_count", totals.commands());
        Runtime runtime = Runtime.getRuntime();
        server.put("used_memory_mb", (runtime.totalMemory() - runtime.freeMemory()) / (1024 * 1024));
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("now", now.toString());
        info.put("server_utc_time", TIME.format(now.atOffset(ZoneOffset.UTC)));
        info.put("faktory", faktory);
        info.put("server", server);
        return info;
    }

    private static TaskQuery query(
            String state,
            @Nullable String queue,
            @Nullable String name,
            @Nullable String after,
            @Nullable Integer limit) {
        return new TaskQuery(TaskState.of(state), queue, name, after, limit == null ? TaskQuery.DEFAULT_LIMIT : limit);
    }

    private static Map<String, Long> size(long size) {
        return Map.of("size", size);
    }

    private static String version() {
        @Nullable String version = Queries.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private CompletableFuture<Reply> read(Supplier<Reply> query) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return query.get();
                    } catch (IllegalArgumentException e) {
                        return Reply.error(String.valueOf(e.getMessage()));
                    }
                },
                reads);
    }
}

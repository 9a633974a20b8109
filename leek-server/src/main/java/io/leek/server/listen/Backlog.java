package io.leek.server.listen;

import io.leek.server.dispatch.Workers;
import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.Sample;
import io.leek.task.FailureReason;
import io.leek.task.TaskJson;
import io.leek.wire.Command;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;

/** LEEK BACKLOG. */
final class Backlog {

    private static final int MOST = 1_000;
    private static final int PAGE = 50;
    private static final int MOST_CHARS = 2_000_000;

    private static final Instant ALL = Instant.parse("9999-12-31T23:59:59Z");

    private final TaskStore store;
    private final Workers workers;
    private final Executor reads;

    Backlog(TaskStore store, Workers workers, Executor reads) {
        this.store = store;
        this.workers = workers;
        this.reads = reads;
    }

    CompletableFuture<Reply> answer(Command.Backlog backlog) {
        List<String> names = backlog.names() == null ? List.of() : backlog.names();
        if (names.stream().anyMatch(Objects::isNull)) {
            return CompletableFuture.completedFuture(Reply.error("LEEK BACKLOG takes no null among names"));
        }
        return CompletableFuture.supplyAsync(
                () -> Reply.json(new Replies.Backlog(
                        waiting(),
                        samples(null, Set.copyOf(names)),
                        samples(FailureReason.ARGUMENTS, Set.copyOf(names)))),
                reads);
    }

    private List<Replies.WaitingName> waiting() {
        Map<String, Long> counts = new TreeMap<>();
        store.waiting(ALL).forEach(waiting -> counts.merge(waiting.name(), waiting.count(), Long::sum));
        return counts.entrySet().stream()
                .map(one -> new Replies.WaitingName(one.getKey(), one.getValue(), workers.know(one.getKey())))
                .toList();
    }

    private List<Replies.WaitingTask> samples(@Nullable FailureReason parkedFor, Set<String> names) {
        List<Replies.WaitingTask> samples = new ArrayList<>();
        long chars = 0;
        long after = 0;
        boolean isMore = !names.isEmpty();
        while (isMore && samples.size() < MOST && chars < MOST_CHARS) {
            List<Sample> page = store.samples(parkedFor, names, after, PAGE);
            for (Sample sample : page) {
                samples.add(new Replies.WaitingTask(sample.jid(), sample.name(), arguments(sample.payload())));
                chars += sample.payload().length();
                after = sample.seq();
            }
            isMore = page.size() == PAGE;
        }
        return samples;
    }

    /** As they are handed out: a row written by plain SQL may have none. */
    private static ArrayNode arguments(String payload) {
        try {
            if (TaskJson.MAPPER.readTree(payload).path("args") instanceof ArrayNode arguments) {
                return arguments;
            }
        } catch (JacksonException e) {
            return TaskJson.MAPPER.createArrayNode();
        }
        return TaskJson.MAPPER.createArrayNode();
    }
}

package io.leek.server.listen;

import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.Sample;
import io.leek.task.FailureReason;
import io.leek.task.TaskJson;
import io.leek.wire.Command;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;

/**
 * LEEK BACKLOG. An answer looks at so many rows and no more, by pages, and what others look up comes between one page and
 * the next.
 */
final class Backlog {

    /** Rows that are looked at for an answer, queued ones and failed ones each. */
    static final int MOST_ROWS = 10_000;

    private static final int PAGE = 100;
    private static final int MOST_TASKS = 1_000;
    private static final int MOST_CHARS = 2_000_000;

    private final TaskStore store;
    private final Predicate<String> isKnown;
    private final Executor lookUps;

    /**
     * @param isKnown whether a connected worker knows a name
     * @param lookUps one thread that looks up in the store what people ask for
     */
    Backlog(TaskStore store, Predicate<String> isKnown, Executor lookUps) {
        this.store = store;
        this.isKnown = isKnown;
        this.lookUps = lookUps;
    }

    CompletableFuture<Reply> answer(Command.Backlog backlog) {
        List<String> names = backlog.names() == null ? List.of() : backlog.names();
        if (names.stream().anyMatch(Objects::isNull)) {
            return CompletableFuture.completedFuture(Reply.error("LEEK BACKLOG takes no null among names"));
        }
        Look look = new Look(Set.copyOf(names), backlog.parkedAfter());
        goOn(look);
        return look.answer;
    }

    private void goOn(Look look) {
        lookUps.execute(() -> {
            try {
                if (look.hasMore()) {
                    look.page();
                    goOn(look);
                } else {
                    look.answer.complete(Reply.json(look.found()));
                }
            } catch (RuntimeException e) {
                look.answer.completeExceptionally(e);
            }
        });
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

    /** One that is under way. */
    private final class Look {

        final CompletableFuture<Reply> answer = new CompletableFuture<>();
        private final Set<String> names;
        private final Map<String, Long> counts = new TreeMap<>();
        private final Found queued = new Found();
        private final Found parked = new Found();
        private long afterSeq;
        private String afterJid;

        /** @param parkedAfter where the answer before has ended; null for the first */
        Look(Set<String> names, @Nullable String parkedAfter) {
            this.names = names;
            afterJid = parkedAfter == null ? "" : parkedAfter;
            queued.isAtEnd = parkedAfter != null;
            parked.isAtEnd = names.isEmpty();
        }

        boolean hasMore() {
            return isQueuedNext() || isParkedNext();
        }

        private boolean isQueuedNext() {
            return !queued.isAtEnd && queued.rows < MOST_ROWS;
        }

        private boolean isParkedNext() {
            return !parked.isAtEnd && parked.rows < MOST_ROWS && !parked.isFull();
        }

        void page() {
            if (isQueuedNext()) {
                List<Sample> page = store.queuedSamples(queued.isFull() ? Set.of() : names, afterSeq, PAGE);
                queued.add(page);
                for (Sample sample : page) {
                    counts.merge(sample.name(), 1L, Long::sum);
                    afterSeq = sample.seq();
                }
            } else {
                List<Sample> page = store.failedSamples(FailureReason.ARGUMENTS, names, afterJid, PAGE);
                parked.add(page);
                for (Sample sample : page) {
                    afterJid = sample.jid();
                }
            }
        }

        Replies.Backlog found() {
            List<Replies.WaitingName> waiting = counts.entrySet().stream()
                    .map(one -> new Replies.WaitingName(one.getKey(), one.getValue(), isKnown.test(one.getKey())))
                    .toList();
            return new Replies.Backlog(waiting, queued.tasks, parked.tasks, parked.isAtEnd ? null : afterJid);
        }
    }

    /** What was found in one of the tables. */
    private static final class Found {

        private final List<Replies.WaitingTask> tasks = new ArrayList<>();
        private long chars;
        private int rows;
        private boolean isAtEnd;

        private boolean isFull() {
            return tasks.size() >= MOST_TASKS || chars >= MOST_CHARS;
        }

        private void add(List<Sample> page) {
            for (Sample sample : page) {
                String payload = sample.payload();
                if (payload != null) {
                    tasks.add(new Replies.WaitingTask(sample.jid(), sample.name(), arguments(payload)));
                    chars += payload.length();
                }
            }
            rows += page.size();
            isAtEnd = page.size() < PAGE;
        }
    }
}

package io.leek.client;

import io.leek.task.TaskJson;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says that tasks which were pushed here wait and that no worker takes them: once, and again only after somebody did. The
 * server is asked a while after a push, and not at all when nothing is pushed.
 */
final class UnservedWatch {

    private static final Logger log = LoggerFactory.getLogger("io.leek");

    /** A producer that makes up names must not fill the memory with them. */
    private static final int MAX_LINES = 1_000;

    private final Supplier<CompletableFuture<Reply>> question;
    private final Consumer<Runnable> later;
    private final Supplier<ServerAddress> server;
    private final Set<Line> said = new HashSet<>();
    private Set<Line> ripe = new HashSet<>();
    private Set<Line> young = new HashSet<>();

    /** Tasks of one name in one queue. */
    private record Line(String queue, String name) {}

    /**
     * @param question asks the server what is not served
     * @param later runs something once what is pushed now has waited long enough
     */
    UnservedWatch(
            Supplier<CompletableFuture<Reply>> question, Consumer<Runnable> later, Supplier<ServerAddress> server) {
        this.question = question;
        this.later = later;
        this.server = server;
    }

    synchronized void pushed(List<ObjectNode> tasks) {
        boolean isWaiting = !ripe.isEmpty();
        Set<Line> lines = isWaiting ? young : ripe;
        for (ObjectNode task : tasks) {
            if (lines.size() < MAX_LINES) {
                String queue = task.path("queue").asString("");
                lines.add(new Line(
                        queue.isEmpty() ? "default" : queue,
                        task.path("jobtype").asString("")));
            }
        }
        if (!isWaiting && !ripe.isEmpty()) {
            later.accept(this::ask);
        }
    }

    private void ask() {
        Set<Line> asked;
        synchronized (this) {
            asked = new HashSet<>(ripe);
            asked.addAll(young);
            // These may not have waited for long enough yet.
            ripe = young;
            young = new HashSet<>();
            if (!ripe.isEmpty()) {
                later.accept(this::ask);
            }
        }
        question.get().thenAccept(reply -> answered(asked, reply)).exceptionally(error -> {
            // That the server does not answer is said elsewhere.
            log.debug("What is not served could not be asked", error);
            return null;
        });
    }

    private synchronized void answered(Set<Line> asked, Reply reply) {
        if (!(reply instanceof Reply.Bulk bulk)) {
            return;
        }
        List<Replies.Unserved> all =
                TaskJson.MAPPER.readValue(bulk.json(), new TypeReference<List<Replies.Unserved>>() {});
        Map<Line, Replies.Unserved> unserved = all.stream()
                .collect(Collectors.toMap(one -> new Line(one.queue(), one.name()), Function.identity(), (a, b) -> a));
        for (Line line : asked) {
            Replies.Unserved found = unserved.get(line);
            if (found == null) {
                said.remove(line);
            } else if (said.size() < MAX_LINES && said.add(line)) {
                log.warn(
                        "{} tasks named {} wait in queue {} of the Leek server at {} since {}: {}",
                        found.count(),
                        found.name(),
                        found.queue(),
                        server.get(),
                        found.since(),
                        found.why());
            }
        }
    }
}

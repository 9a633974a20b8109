package io.leek.server.recovery;

import io.leek.log.OncePerMinute;
import io.leek.server.dispatch.Workers;
import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.Claimable;
import io.leek.server.store.TaskStore.Waiting;
import io.leek.task.FailureReason;
import io.leek.task.TaskFailure;
import io.leek.wire.Replies;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tasks that no worker takes: said once, parked after a time, and never in the way of others. */
final class UnknownTasks {

    private static final Logger log = LoggerFactory.getLogger(UnknownTasks.class);

    private static final Duration SAID_AFTER = Duration.ofSeconds(10);
    private static final int PAGE = 1_000;

    private final TaskStore store;
    private final Committer committer;
    private final Workers workers;
    private final Clock clock;
    private final Duration unknownAfter;
    private final OncePerMinute parkings;
    private Set<String> said = new HashSet<>();

    UnknownTasks(
            TaskStore store,
            Committer committer,
            Workers workers,
            Clock clock,
            LongSupplier nanoTime,
            Duration unknownAfter) {
        parkings = new OncePerMinute(nanoTime);
        this.store = store;
        this.committer = committer;
        this.workers = workers;
        this.clock = clock;
        this.unknownAfter = unknownAfter;
    }

    void check() {
        Instant now = clock.instant();
        Set<String> unserved = new HashSet<>();
        List<Replies.Unserved> found = new ArrayList<>();
        for (Waiting waiting : store.waiting(now.minus(SAID_AFTER))) {
            if (workers.serve(waiting.queue(), waiting.name())) {
                continue;
            }
            String what = waiting.queue() + " " + waiting.name();
            unserved.add(what);
            String why = why(waiting);
            found.add(
                    new Replies.Unserved(waiting.queue(), waiting.name(), waiting.count(), waiting.oldestDueAt(), why));
            if (!said.contains(what)) {
                say(waiting, why);
            }
            Instant parkBefore = now.minus(unknownAfter);
            // Without any worker the server can't tell an unknown name from a night without workers.
            if (workers.count() > 0
                    && !workers.know(waiting.name())
                    && waiting.oldestDueAt().isBefore(parkBefore)) {
                park(waiting, parkBefore, now);
            }
        }
        said = unserved;
        workers.unserved(found);
    }

    private String why(Waiting waiting) {
        if (workers.count() == 0) {
            return "no worker is connected. Start one: an application with leek.worker.enabled=true, or java -jar "
                    + "leek-server.jar app.jar";
        }
        if (workers.know(waiting.name())) {
            return "no connected worker serves this queue. Add it to leek.worker.queues";
        }
        return "no connected worker knows this name. Start an application that has a @LeekTask of this name, or "
                + "give the method its old name back; after leek.server.unknown-after=" + unknownAfter
                + " they are parked as failed, and run by themselves once a worker knows the name";
    }

    private static void say(Waiting waiting, String why) {
        log.warn(
                "{} tasks named {} wait in queue {} since {}: {}",
                waiting.count(),
                waiting.name(),
                waiting.queue(),
                waiting.oldestDueAt(),
                why);
    }

    private void park(Waiting waiting, Instant before, Instant now) {
        TaskFailure failure = TaskFailure.of(
                FailureReason.UNKNOWN_TASK,
                "UnknownTask",
                "no worker has announced the name " + waiting.name() + " within " + unknownAfter,
                List.of());
        List<Claimable> page;
        do {
            page = store.claimable(waiting.queue(), Set.of(waiting.name()), before, null, PAGE);
            committer
                    .submitAll(page.stream()
                            .map(task -> new Change.Park(task.jid(), now, failure))
                            .toList())
                    .join();
        } while (page.size() == PAGE);
        if (parkings.isDue(waiting.queue() + " " + waiting.name())) {
            log.warn(
                    "Tasks named {} in queue {} are parked as failed: {}",
                    waiting.name(),
                    waiting.queue(),
                    failure.message());
        }
    }
}

package io.leek.server.dispatch;

import io.leek.server.store.QueueStore;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Queues whose tasks are not handed out. The store knows them, for all its servers; here they are as of the last look. */
public final class PausedQueues {

    private static final Logger log = LoggerFactory.getLogger(PausedQueues.class);

    private final QueueStore store;
    private final Clock clock;
    private final Matching matching;
    private final Workers workers;
    private final Runnable resumed;
    private volatile Set<String> paused = Set.of();

    /** @param resumed what to do when tasks may be handed out that could not before */
    PausedQueues(QueueStore store, Clock clock, Matching matching, Workers workers, Runnable resumed) {
        this.store = store;
        this.clock = clock;
        this.matching = matching;
        this.workers = workers;
        this.resumed = resumed;
    }

    /** As of the last look, which was a second ago at most. */
    public Set<String> names() {
        return paused;
    }

    public synchronized void pause(Collection<String> queues) {
        store.pause(queues, clock.instant());
        refresh();
    }

    public synchronized void resume(Collection<String> queues) {
        store.resume(queues);
        refresh();
    }

    /** Looks at the store, which other servers write to as well. */
    public synchronized void refresh() {
        Set<String> before = paused;
        Set<String> now = store.paused();
        if (now.equals(before)) {
            return;
        }
        paused = now;
        matching.pause(now);
        Set<String> closed = without(now, before);
        closed.forEach(queue -> log.info("Queue {} is paused: its tasks wait, and those that run go on", queue));
        workers.giveBack(closed);
        Set<String> open = without(before, now);
        open.forEach(queue -> log.info("Queue {} is resumed", queue));
        if (!open.isEmpty()) {
            resumed.run();
        }
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        Set<String> rest = new HashSet<>(all);
        rest.removeAll(some);
        return rest;
    }
}

package io.leek.server.dispatch;

import io.leek.wire.Replies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** The workers that are connected or were a minute ago. Safe for use by many threads. */
public final class Workers {

    /** A worker that has said nothing for this long is gone. */
    static final Duration SILENCE = Duration.ofSeconds(60);

    private final Map<String, WorkerEntry> byId = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;
    private volatile List<Replies.Unserved> unserved = List.of();

    Workers(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A sign of life, the first or a later one. */
    public WorkerEntry seen(String wid) {
        WorkerEntry worker = byId.computeIfAbsent(wid, WorkerEntry::new);
        worker.seenAt(nanoTime.getAsLong());
        return worker;
    }

    public Optional<WorkerEntry> find(String wid) {
        return Optional.ofNullable(byId.get(wid));
    }

    public int count() {
        return byId.size();
    }

    /** Whether a worker that is here would take a task of this name from this queue. */
    public boolean serve(String queue, String name) {
        return byId.values().stream().anyMatch(worker -> worker.serves(queue, name));
    }

    /** Whether a worker that is here knows the name, in whatever queue. */
    public boolean know(String name) {
        return byId.values().stream().anyMatch(worker -> worker.knows(name));
    }

    /** What waited for 10 s and more at the last look, and no worker that is here takes. */
    public List<Replies.Unserved> unserved() {
        return unserved;
    }

    public void unserved(List<Replies.Unserved> found) {
        unserved = List.copyOf(found);
    }

    /** A process whose queues have threads of their own has several workers, each with the first one's id before its own. */
    public List<String> ofProcess(String wid) {
        return byId.keySet().stream().filter(id -> isOfProcess(wid, id)).toList();
    }

    static boolean isOfProcess(String wid, String id) {
        return id.equals(wid) || id.startsWith(wid + "/");
    }

    /** Those that they serve. */
    public Set<String> queues() {
        return byId.values().stream()
                .flatMap(worker -> worker.queues().stream())
                .collect(Collectors.toSet());
    }

    /** Lets those that serve one of these queues give back what they have not begun. */
    void giveBack(Set<String> queues) {
        byId.values().stream()
                .filter(worker -> worker.isJoined() && !Collections.disjoint(worker.queues(), queues))
                .forEach(WorkerEntry::giveBack);
    }

    public boolean isJoined(String wid) {
        return find(wid).map(WorkerEntry::isJoined).orElse(false);
    }

    void remove(String wid) {
        byId.remove(wid);
    }

    /** Nobody could be heard for a while: the silence until now is not theirs. */
    public void forgiveSilence() {
        long now = nanoTime.getAsLong();
        byId.values().forEach(worker -> worker.seenAt(now));
    }

    /** Removes and returns those that have been silent for too long. */
    public List<WorkerEntry> removeSilent() {
        long now = nanoTime.getAsLong();
        List<WorkerEntry> silent = new ArrayList<>();
        for (WorkerEntry worker : byId.values()) {
            if (worker.isSilent(now) && byId.remove(worker.wid(), worker)) {
                silent.add(worker);
            }
        }
        return silent;
    }
}

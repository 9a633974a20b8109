package io.leek.server.dispatch;

import io.leek.wire.Replies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A worker as the server knows it. */
public final class WorkerEntry {

    /** The states of a worker, in the only order they may change. */
    public enum State {
        RUNNING,
        QUIET,
        TERMINATE;

        /** The state as the protocol writes it; null for one that needs no word. */
        public @Nullable String text() {
            return this == RUNNING ? null : name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Duration ON_ITS_WAY = Duration.ofSeconds(10);

    private final String wid;
    private State state = State.RUNNING;
    private @Nullable Set<String> names;
    private int concurrency = 1;
    private final Set<String> queues = new LinkedHashSet<>();
    private final Map<String, Long> missingSince = new HashMap<>();
    private long seenAt;
    private final Set<Runnable> connections = new HashSet<>();
    private List<String> lost = new ArrayList<>();

    /** By lease. */
    private Map<String, String> cancelled = new LinkedHashMap<>();

    private boolean givesBack;

    private @Nullable CompletableFuture<Replies.News> listener;

    WorkerEntry(String wid) {
        this.wid = wid;
    }

    public String wid() {
        return wid;
    }

    synchronized void seenAt(long nanos) {
        seenAt = nanos;
    }

    synchronized boolean isSilent(long now) {
        return now - seenAt > Workers.SILENCE.toNanos();
    }

    synchronized void joined(List<String> names, List<String> queues, int concurrency) {
        this.names = Set.copyOf(names);
        this.concurrency = concurrency;
        this.queues.addAll(queues);
    }

    /** How many tasks it runs at a time; what else it holds waits there. */
    synchronized int concurrency() {
        return concurrency;
    }

    /** Whether it is one of Leek's own. */
    public synchronized boolean isJoined() {
        return names != null;
    }

    /** The lines of a fetch from these queues. */
    synchronized List<Line> lines(List<String> fetched) {
        queues.addAll(fetched);
        Set<String> known = names;
        return fetched.stream().map(queue -> new Line(queue, known)).toList();
    }

    synchronized boolean knows(String name) {
        return names == null ? !queues.isEmpty() : names.contains(name);
    }

    synchronized Set<String> queues() {
        return Set.copyOf(queues);
    }

    synchronized boolean serves(String queue, String name) {
        return queues.contains(queue) && knows(name);
    }

    /**
     * Which of the leases that this worker did not report have been missing for so long that they are not just on their
     * way to it.
     *
     * @param leases all that are missing now
     */
    synchronized Set<String> missing(List<String> leases, long now) {
        missingSince.keySet().retainAll(leases);
        leases.forEach(lease -> missingSince.putIfAbsent(lease, now));
        return leases.stream()
                .filter(lease -> now - missingSince.getOrDefault(lease, now) >= ON_ITS_WAY.toNanos())
                .collect(Collectors.toSet());
    }

    /** Moves the state forward, never back, and tells whether it changed. */
    public synchronized boolean advance(State to) {
        if (to.compareTo(state) <= 0) {
            return false;
        }
        state = to;
        publish();
        return true;
    }

    public synchronized State state() {
        return state;
    }

    synchronized void lost(String jid) {
        lost.add(jid);
        publish();
    }

    synchronized void cancel(String jid, String lease) {
        cancelled.put(lease, jid);
        publish();
    }

    /** Lets it give back what it has not begun. */
    synchronized void giveBack() {
        givesBack = true;
        publish();
    }

    /** News about this worker, at once where there is any; replaces a listener that waits already. */
    public synchronized CompletableFuture<Replies.News> listen() {
        CompletableFuture<Replies.News> future = new CompletableFuture<>();
        CompletableFuture<Replies.News> before = listener;
        listener = future;
        if (before != null) {
            before.complete(Replies.News.NONE);
        }
        if (!lost.isEmpty() || !cancelled.isEmpty() || givesBack || state != State.RUNNING) {
            publish();
        }
        return future;
    }

    /** @param hangUp closes the connection */
    public synchronized void connected(Runnable hangUp) {
        connections.add(hangUp);
    }

    /** True when that was the last of its connections. */
    public synchronized boolean disconnected(Runnable hangUp) {
        return connections.remove(hangUp) && connections.isEmpty();
    }

    /** Closes its connections, so that a worker which was only frozen joins anew instead of going on unannounced. */
    public void hangUp() {
        List<Runnable> open;
        synchronized (this) {
            open = List.copyOf(connections);
        }
        open.forEach(Runnable::run);
    }

    private void publish() {
        CompletableFuture<Replies.News> waiting = listener;
        if (waiting == null) {
            return;
        }
        listener = null;
        List<String> ended = lost;
        lost = new ArrayList<>();
        Map<String, String> ending = cancelled;
        cancelled = new LinkedHashMap<>();
        Boolean back = givesBack ? true : null;
        givesBack = false;
        waiting.complete(new Replies.News(
                state.text(),
                ending.isEmpty() ? null : List.copyOf(ending.values()),
                ending.isEmpty() ? null : List.copyOf(ending.keySet()),
                ended.isEmpty() ? null : ended,
                back));
    }
}

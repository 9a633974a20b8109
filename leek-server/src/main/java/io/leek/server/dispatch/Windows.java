package io.leek.server.dispatch;

import io.leek.server.store.TaskStore.Claimable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The windows of all lines that workers have asked for. Guarded by the lock of {@link Matching}. */
final class Windows {

    private static final int LIMIT = 2_000;
    private static final long UNUSED_NANOS = Duration.ofSeconds(60).toNanos();

    private final Map<Line, Window> windows = new HashMap<>();
    private final Map<Line, Long> lastUsed = new HashMap<>();
    private final Map<String, Integer> expected = new HashMap<>();
    private final Map<String, Long> closedUntil = new HashMap<>();
    private final LongSupplier nanoTime;
    private Set<String> paused = Set.of();
    private final Consumer<Window> load;

    /** @param load reads a window's page from the store, in the background */
    Windows(LongSupplier nanoTime, Consumer<Window> load) {
        this.nanoTime = nanoTime;
        this.load = load;
    }

    void offer(Claimable task) {
        windows.values().forEach(window -> window.offer(task));
    }

    /** The next task of the first line that has one; null where none has, or where one is not known yet. */
    @Nullable
    Claimable peek(List<Line> lines) {
        for (Line line : lines) {
            if (paused.contains(line.queue())) {
                continue;
            }
            Window window = use(line);
            if (closedUntil.containsKey(line.queue())) {
                continue;
            }
            if (window.beginLoad()) {
                load.accept(window);
            }
            Claimable task = window.peek();
            if (task != null) {
                return task;
            }
            if (!window.isWhole()) {
                return null;
            }
        }
        return null;
    }

    /** A task has been dealt. */
    void remove(Claimable task) {
        windows.values().forEach(window -> window.remove(task));
    }

    /** Whether nothing waits in these lines up to the one that takes the task, so that it may be handed out at once. */
    boolean areDrainedFor(List<Line> lines, String queue, String name) {
        for (Line line : lines) {
            if (paused.contains(line.queue())) {
                continue;
            }
            Window window = use(line);
            if (expected.containsKey(line.queue()) || window.isLoading() || !window.isWhole() || !window.isEmpty()) {
                return false;
            }
            if (line.takes(queue, name)) {
                return true;
            }
        }
        return false;
    }

    /** A task is on its way to the store; a later one must not overtake it. */
    void expect(String queue) {
        expected.merge(queue, 1, Integer::sum);
    }

    void arrived(String queue) {
        expected.computeIfPresent(queue, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Nothing of this queue is to be had for so long. */
    void close(String queue, Duration time) {
        closedUntil.put(queue, nanoTime.getAsLong() + time.toNanos());
    }

    /** Opens the queues whose time has come, and returns how long it is to the next. */
    Optional<Duration> reopen() {
        long now = nanoTime.getAsLong();
        closedUntil.values().removeIf(until -> until - now <= 0);
        return closedUntil.values().stream()
                .map(until -> Duration.ofNanos(until - now))
                .min(Comparator.naturalOrder());
    }

    /** Nothing of these queues is to be had, and they stand in nobody's way. */
    void pause(Set<String> queues) {
        paused = queues;
    }

    /** What others wrote to the store may be missing here; the next look at an empty window reads it again. */
    void doubt() {
        windows.values().forEach(Window::doubt);
    }

    void forgetUnused() {
        long now = nanoTime.getAsLong();
        for (Line line : new ArrayList<>(windows.keySet())) {
            if (now - lastUsed.getOrDefault(line, now) > UNUSED_NANOS) {
                windows.remove(line);
                lastUsed.remove(line);
            }
        }
    }

    private Window use(Line line) {
        lastUsed.put(line, nanoTime.getAsLong());
        return windows.computeIfAbsent(line, key -> new Window(key, LIMIT));
    }
}

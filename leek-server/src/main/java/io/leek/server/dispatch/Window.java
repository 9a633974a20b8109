package io.leek.server.dispatch;

import io.leek.server.store.TaskStore.Claimable;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The head of a line of ready tasks, in memory and bounded. It always holds the first of those it knows; what does not
 * fit stays in the store, and {@link #isWhole()} tells whether there may be more of it there.
 */
final class Window {

    private static final Comparator<Claimable> ORDER = Comparator.comparingInt((Claimable c) -> -c.priority())
            .thenComparingLong(Claimable::seq)
            .thenComparing(Claimable::jid);

    private final Line line;
    private final int limit;
    private final TreeSet<Claimable> tasks = new TreeSet<>(ORDER);
    private boolean whole;
    private boolean loading;

    Window(Line line, int limit) {
        this.line = line;
        this.limit = limit;
    }

    Line line() {
        return line;
    }

    /** Whether the store holds nothing of this line beyond what is here. */
    boolean isWhole() {
        return whole;
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Takes in a task that has become ready, if it belongs here and is not beyond the window's end. */
    void offer(Claimable task) {
        if (!line.takes(task.queue(), task.name())) {
            return;
        }
        if (whole || loading || (!tasks.isEmpty() && ORDER.compare(task, tasks.last()) < 0)) {
            tasks.add(task);
            trim();
        }
    }

    @Nullable
    Claimable poll() {
        return tasks.pollFirst();
    }

    void remove(Claimable task) {
        tasks.remove(task);
    }

    /** What others wrote to the store may be missing here. */
    void doubt() {
        whole = false;
    }

    /** True once for each load that shall begin. */
    boolean beginLoad() {
        if (loading) {
            return false;
        }
        loading = true;
        return true;
    }

    boolean isLoading() {
        return loading;
    }

    void loaded(List<Claimable> page, int read) {
        loading = false;
        tasks.addAll(page);
        whole = read < limit;
        trim();
    }

    void loadFailed() {
        loading = false;
    }

    int limit() {
        return limit;
    }

    private void trim() {
        while (tasks.size() > limit) {
            tasks.pollLast();
            whole = false;
        }
    }
}

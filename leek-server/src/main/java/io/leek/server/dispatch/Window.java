package io.leek.server.dispatch;

import io.leek.server.store.TaskStore.Claimable;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
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
    private boolean doubted;
    private boolean loading;
    private @Nullable Claimable loadedUpTo;

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

    /** The first task, unless what is being read may come before it. */
    @Nullable
    Claimable peek() {
        if (tasks.isEmpty()) {
            return null;
        }
        Claimable first = tasks.first();
        boolean isKnownToBeFirst = !loading || loadedUpTo != null && ORDER.compare(first, loadedUpTo) <= 0;
        return isKnownToBeFirst ? first : null;
    }

    void remove(Claimable task) {
        tasks.remove(task);
    }

    /** What others wrote to the store may be missing here. */
    void doubt() {
        whole = false;
        doubted = true;
    }

    /** True once for each load that shall begin: in time for the tasks here to last until the next ones are read. */
    boolean beginLoad() {
        if (loading || whole || !doubted && tasks.size() > limit / 2) {
            return false;
        }
        loading = true;
        doubted = false;
        loadedUpTo = tasks.isEmpty() ? null : tasks.last();
        return true;
    }

    boolean isLoading() {
        return loading;
    }

    /**
     * Takes in a page from the store.
     *
     * @param isFree whether a task may be handed out; what was claimed meanwhile may not
     */
    void loaded(List<Claimable> page, Predicate<Claimable> isFree) {
        loading = false;
        page.stream().filter(isFree).forEach(tasks::add);
        whole = page.size() < limit && !doubted;
        if (page.size() >= limit) {
            // Between the page and what came from elsewhere there may be more in the store.
            tasks.tailSet(page.get(page.size() - 1), false).clear();
        }
        trim();
    }

    void loadFailed() {
        loading = false;
        doubted = true;
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

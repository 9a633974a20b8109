package io.leek.server.dispatch;

import io.leek.server.store.TaskStore.Claimable;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The head of a line of ready tasks, in memory and bounded: it holds every free task that comes no later than its end.
 * What comes later stays in the store and is read in pages, in time for the tasks here to last until then.
 */
final class Window {

    private final Line line;
    private final int limit;
    private final TreeSet<Claimable> tasks = new TreeSet<>(Claimable.ORDER);
    private @Nullable Claimable end;
    private boolean whole;
    private boolean doubted = true;
    private boolean loading;
    private @Nullable Claimable pageAfter;
    private int pageLimit;

    Window(Line line, int limit) {
        this.line = line;
        this.limit = limit;
    }

    Line line() {
        return line;
    }

    /** Whether the store holds nothing of this line beyond what is here. */
    boolean isWhole() {
        return whole && !doubted;
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Takes in a task that has become ready, if it belongs here and does not come after the end. */
    void offer(Claimable task) {
        if (!line.takes(task.queue(), task.name())) {
            return;
        }
        if (loading && tasks.size() >= 2 * limit) {
            doubted = true;
        } else if (whole || loading || isKnown(task)) {
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
        return !loading || isKnown(first) ? first : null;
    }

    private boolean isKnown(Claimable task) {
        return end != null && Claimable.ORDER.compare(task, end) <= 0;
    }

    void remove(Claimable task) {
        tasks.remove(task);
    }

    /** What others wrote to the store may be missing here: the next page begins at the front again. */
    void doubt() {
        doubted = true;
        endHere();
    }

    /** In doubt, what is to come may have to wait for what is not known yet. */
    private void endHere() {
        if (whole) {
            whole = false;
            end = tasks.isEmpty() ? null : tasks.last();
        }
    }

    /** True once for each page that shall be read. */
    boolean beginLoad() {
        if (loading || isWhole() || !doubted && tasks.size() > limit / 2) {
            return false;
        }
        loading = true;
        pageAfter = doubted ? null : end;
        pageLimit = doubted ? limit : limit - tasks.size();
        doubted = false;
        return true;
    }

    boolean isLoading() {
        return loading;
    }

    /** The task behind which the page begins that is being read; null for the front. */
    @Nullable
    Claimable pageAfter() {
        return pageAfter;
    }

    int pageLimit() {
        return pageLimit;
    }

    /**
     * Takes in a page from the store.
     *
     * @param isFree whether a task may be handed out; what was claimed meanwhile may not
     */
    void loaded(List<Claimable> page, Predicate<Claimable> isFree) {
        loading = false;
        page.stream().filter(isFree).forEach(tasks::add);
        whole = page.size() < pageLimit;
        end = whole ? null : page.get(page.size() - 1);
        if (end != null) {
            // Between the page and what came from elsewhere there may be more in the store.
            tasks.tailSet(end, false).clear();
        }
        if (doubted) {
            endHere();
        }
        trim();
    }

    void loadFailed() {
        loading = false;
        doubted = true;
    }

    private void trim() {
        while (!loading && tasks.size() > limit) {
            tasks.pollLast();
            whole = false;
            end = tasks.last();
        }
    }
}

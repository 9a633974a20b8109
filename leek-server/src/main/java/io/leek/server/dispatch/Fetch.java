package io.leek.server.dispatch;

import io.leek.server.store.TaskStore.Claimable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A worker that waits for tasks. All but the answer is guarded by the lock of {@link Matching}. */
public final class Fetch {

    /** What goes to a worker at once has at most so many bytes, unless one task alone has more. */
    private static final long MAX_BYTES = 1024 * 1024;

    private final String workerId;
    private final List<Line> lines;
    private final int max;
    private final CompletableFuture<List<Assignment>> answer = new CompletableFuture<>();

    private List<Claimable> dealt = new ArrayList<>();
    private long bytes;
    private boolean overdue;

    /** @param lines in strict order */
    Fetch(String workerId, List<Line> lines, int max) {
        this.workerId = workerId;
        this.lines = lines;
        this.max = max;
    }

    String workerId() {
        return workerId;
    }

    List<Line> lines() {
        return lines;
    }

    boolean takes(String queue, String name) {
        return lines.stream().anyMatch(line -> line.takes(queue, name));
    }

    int count() {
        return dealt.size();
    }

    boolean isFull() {
        return dealt.size() >= max || bytes >= MAX_BYTES;
    }

    void deal(Claimable task) {
        dealt.add(task);
        bytes += task.size();
    }

    /** What was dealt since the last call. */
    List<Claimable> takeDealt() {
        List<Claimable> tasks = dealt;
        dealt = new ArrayList<>();
        bytes = 0;
        return tasks;
    }

    /** Its time was over while a task seemed to be on its way. */
    void setOverdue() {
        overdue = true;
    }

    boolean isOverdue() {
        return overdue;
    }

    /** The tasks; none when the wait is over without one. */
    public CompletableFuture<List<Assignment>> answer() {
        return answer;
    }

    void end() {
        answer.complete(List.of());
    }
}

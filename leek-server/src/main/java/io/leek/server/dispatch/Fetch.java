package io.leek.server.dispatch;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A worker that waits for a task. */
public final class Fetch {

    private final String workerId;
    private final List<Line> lines;
    private final CompletableFuture<@Nullable Assignment> answer = new CompletableFuture<>();

    private boolean overdue;

    Fetch(String workerId, List<Line> lines) {
        this.workerId = workerId;
        this.lines = lines;
    }

    String workerId() {
        return workerId;
    }

    /** In strict order. */
    List<Line> lines() {
        return lines;
    }

    boolean takes(String queue, String name) {
        return lines.stream().anyMatch(line -> line.takes(queue, name));
    }

    /** Its time was over while a task seemed to be on its way. Guarded by the dispatcher's lock. */
    void setOverdue() {
        overdue = true;
    }

    boolean isOverdue() {
        return overdue;
    }

    /** The task; null when the wait is over without one. */
    public CompletableFuture<@Nullable Assignment> answer() {
        return answer;
    }
}

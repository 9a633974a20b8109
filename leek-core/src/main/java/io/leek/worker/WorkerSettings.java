package io.leek.worker;

import java.time.Duration;
import java.util.List;

/**
 * How a worker works.
 *
 * @param id unique among all workers, also after a restart
 * @param concurrency tasks at the same time
 * @param prefetch tasks to hold beyond those that run, at most; 0 for none
 * @param queues in strict order
 * @param shutdownTimeout how long running tasks may go on once it stops
 */
public record WorkerSettings(String id, int concurrency, int prefetch, List<String> queues, Duration shutdownTimeout) {

    private static final int MAX_PREFETCH = 1_000;

    public WorkerSettings {
        if (concurrency < 1) {
            throw new IllegalArgumentException("leek.worker.concurrency must be at least 1, but was " + concurrency);
        }
        if (prefetch < 0 || prefetch > MAX_PREFETCH) {
            throw new IllegalArgumentException(
                    "leek.worker.prefetch must be 0 to " + MAX_PREFETCH + ", but was " + prefetch);
        }
        if (queues.isEmpty()) {
            throw new IllegalArgumentException("a worker needs at least one queue");
        }
        queues = List.copyOf(queues);
    }
}

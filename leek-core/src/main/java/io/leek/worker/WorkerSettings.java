package io.leek.worker;

import java.time.Duration;
import java.util.List;

/**
 * How a worker works.
 *
 * @param id unique among all workers, also after a restart
 * @param concurrency tasks at the same time
 * @param queues in strict order
 * @param shutdownTimeout how long running tasks may go on once it stops
 */
public record WorkerSettings(String id, int concurrency, List<String> queues, Duration shutdownTimeout) {

    public WorkerSettings {
        if (concurrency < 1) {
            throw new IllegalArgumentException("leek.worker.concurrency must be at least 1, but was " + concurrency);
        }
        if (queues.isEmpty()) {
            throw new IllegalArgumentException("a worker needs at least one queue");
        }
        queues = List.copyOf(queues);
    }
}

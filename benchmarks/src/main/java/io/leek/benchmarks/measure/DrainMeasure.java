package io.leek.benchmarks.measure;

import io.leek.benchmarks.contender.Runs;
import io.leek.benchmarks.contender.Session;
import io.leek.benchmarks.contender.Workers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Workers that start with a full queue. The rate is that of the tasks between the first and the last that ran in the
 * time allowed, so it counts neither the start nor a poller's first wait.
 */
final class DrainMeasure implements Measure {

    /** Enough for a contender that needs no more than half a second for all tasks. */
    private static final int MOST_WARM_UPS = 20;

    private final Workers workers;

    DrainMeasure(Workers workers) {
        this.workers = workers;
    }

    @Override
    public Map<String, Double> run(Bench bench) throws Exception {
        Limits limits = bench.limits();
        int first = bench.fill(limits.warmUpTasks(), limits.fill());
        int ran = drain(bench).tally().distinct();
        if (ran < first) {
            // Some read all that waits for each task: a full queue would stop them. They get a shorter one.
            return fillAndDrain(bench, ran, limits.fill());
        }
        int left = warmUp(bench);
        return fillAndDrain(bench, limits.tasks() - left, limits.fill());
    }

    /**
     * Drains full queues for as long as the longest drain that is timed may take. After a single one, a JVM spends half of
     * its time on compiling what those run who are quick. Returns how many tasks are left.
     */
    int warmUp(Bench bench) throws Exception {
        Limits limits = bench.limits();
        int left = 0;
        long nanos = 0;
        for (int i = 0; i < MOST_WARM_UPS && nanos < limits.drain().toNanos(); i++) {
            int waiting = bench.fill(limits.tasks() - left, limits.fill());
            Runs.Tally tally = drain(bench).tally();
            left = waiting - tally.distinct();
            nanos += left > 0 ? limits.drain().toNanos() : tally.nanos();
        }
        return left;
    }

    Map<String, Double> fillAndDrain(Bench bench, int tasks, Duration fill) throws Exception {
        int filled = bench.fill(tasks, fill);
        Drained drained = drain(bench);
        Runs.Tally tally = drained.tally();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("per_s", tally.rate());
        figures.put("cpu_us", drained.costs().cpuNanos() / 1e3 / tally.distinct());
        figures.put("allocated_bytes", (double) drained.costs().allocatedBytes() / tally.distinct());
        figures.put("filled", (double) filled);
        figures.put("ran", (double) tally.distinct());
        figures.put("ran_twice", (double) tally.repeated());
        return figures;
    }

    Drained drain(Bench bench) throws Exception {
        try (Session session = bench.open(workers)) {
            if (!Runs.awaitFirst(bench.limits().firstRun())) {
                throw new IllegalStateException(
                        "No task ran within " + bench.limits().firstRun());
            }
            Costs atStart = Costs.now();
            Runs.awaitAll(bench.limits().drain());
            return new Drained(Runs.tally(), Costs.now().since(atStart));
        }
    }

    /** @param costs from the first task on */
    record Drained(Runs.Tally tally, Costs costs) {}
}

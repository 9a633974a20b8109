package io.leek.benchmarks.measure;

import io.leek.benchmarks.contender.Runs;
import io.leek.benchmarks.contender.Session;
import io.leek.benchmarks.contender.Workers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** One task at a time, for a worker that has nothing else to do: the time from the call to the task's first line. */
final class IdleMeasure implements Measure {

    private static final Duration PAUSE = Duration.ofMillis(20);

    @Override
    public Map<String, Double> run(Bench bench) throws Exception {
        boolean isPolling = bench.pollInterval().compareTo(Duration.ofSeconds(1)) >= 0;
        int samples =
                isPolling ? bench.limits().polledSamples() : bench.limits().samples();
        try (Session session = bench.open(Workers.ONE)) {
            WarmUp.run(bench, bench.limits().idleWarmUp(), session.contender()::enqueue);
            Latencies started = new Latencies();
            Latencies called = new Latencies();
            for (int i = 0; i < samples; i++) {
                // In turn at each part of the poll interval, else each call would come right after a poll.
                double part = (i + ThreadLocalRandom.current().nextDouble()) / samples;
                long pause =
                        PAUSE.toNanos() + (long) (part * bench.pollInterval().toNanos());
                LockSupport.parkNanos(pause);
                sample(bench, session, started, called);
            }
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("p50_us", started.micros(0.5));
            figures.put("p99_us", started.micros(0.99));
            figures.put("call_p50_us", called.micros(0.5));
            figures.put("samples", (double) started.count());
            return figures;
        }
    }

    private static void sample(Bench bench, Session session, Latencies started, Latencies called) throws Exception {
        bench.expectNext(1);
        String argument = bench.argument();
        long before = System.nanoTime();
        session.contender().enqueue(argument);
        called.add(System.nanoTime() - before);
        if (!Runs.awaitFirst(bench.limits().firstRun())) {
            throw new IllegalStateException(
                    "The task did not run within " + bench.limits().firstRun());
        }
        started.add(Runs.tally().firstNanos() - before);
    }
}

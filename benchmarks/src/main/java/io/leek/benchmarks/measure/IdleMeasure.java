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
    private static final int WARM_UP_SHARE = 4;

    @Override
    public Map<String, Double> run(Bench bench) throws Exception {
        int samples = bench.limits().samples();
        boolean isPolling = bench.pollInterval().compareTo(Duration.ofSeconds(1)) >= 0;
        Duration most =
                isPolling ? bench.pollInterval().multipliedBy(bench.limits().polls()) : Duration.ofMinutes(1);
        try (Session session = bench.open(Workers.ONE)) {
            Latencies started = new Latencies();
            Latencies called = new Latencies();
            for (int i = 0; i < (isPolling ? 1 : samples / WARM_UP_SHARE); i++) {
                sample(bench, session, new Latencies(), new Latencies());
            }
            long end = System.nanoTime() + most.toNanos();
            while (started.count() < samples && System.nanoTime() < end) {
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
        // At a random point of the poll interval, else each call would come right after a poll.
        long pause = PAUSE.toNanos()
                + ThreadLocalRandom.current().nextLong(bench.pollInterval().toNanos() + 1);
        LockSupport.parkNanos(pause);
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

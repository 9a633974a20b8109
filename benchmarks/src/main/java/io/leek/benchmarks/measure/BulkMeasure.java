package io.leek.benchmarks.measure;

import io.leek.benchmarks.contender.Contender;
import io.leek.benchmarks.contender.Session;
import io.leek.benchmarks.contender.Workers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One caller that enqueues a thousand tasks at a time. Nothing runs meanwhile. */
final class BulkMeasure implements Measure {

    private static final int SIZE = 1_000;

    @Override
    public Map<String, Double> run(Bench bench) throws Exception {
        try (Session session = bench.open(Workers.NONE)) {
            call(bench, session.contender(), bench.limits().bulkWarmUp());
            Latencies latencies =
                    call(bench, session.contender(), bench.limits().window());
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("p50_us", latencies.micros(0.5));
            figures.put("per_s", SIZE * 1e6 / latencies.micros(0.5));
            return figures;
        }
    }

    /** At least once, however long it takes. */
    private static Latencies call(Bench bench, Contender contender, Duration duration) throws Exception {
        long end = System.nanoTime() + duration.toNanos();
        Latencies latencies = new Latencies();
        do {
            List<String> arguments = bench.arguments(SIZE);
            long before = System.nanoTime();
            contender.enqueueAll(arguments);
            latencies.add(System.nanoTime() - before);
        } while (System.nanoTime() < end);
        return latencies;
    }
}

package io.leek.benchmarks.measure;

import io.leek.benchmarks.contender.Contender;
import io.leek.benchmarks.contender.Session;
import io.leek.benchmarks.contender.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Callers that enqueue one task after the other, as fast as they are answered. Nothing runs meanwhile. */
final class EnqueueMeasure implements Measure {

    private static final int[] CALLERS = {1, 8, 32};
    private static final int WARM_UP_CALLERS = 8;

    @Override
    public Map<String, Double> run(Bench bench) throws Exception {
        Map<String, Double> figures = new LinkedHashMap<>();
        ExecutorService callers = Executors.newCachedThreadPool();
        try (Session session = bench.open(Workers.NONE)) {
            call(
                    bench,
                    session.contender(),
                    callers,
                    WARM_UP_CALLERS,
                    bench.limits().warmUp());
            for (int count : CALLERS) {
                long start = System.nanoTime();
                Latencies all = call(
                        bench,
                        session.contender(),
                        callers,
                        count,
                        bench.limits().window());
                double seconds = (System.nanoTime() - start) / 1e9;
                figures.put(count + "_p50_us", all.micros(0.5));
                figures.put(count + "_p99_us", all.micros(0.99));
                figures.put(count + "_per_s", all.count() / seconds);
            }
        } finally {
            callers.shutdown();
        }
        return figures;
    }

    private static Latencies call(
            Bench bench, Contender contender, ExecutorService callers, int count, Duration duration) throws Exception {
        long end = System.nanoTime() + duration.toNanos();
        List<Future<Latencies>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            futures.add(callers.submit(() -> callUntil(end, bench, contender)));
        }
        Latencies all = new Latencies();
        for (Future<Latencies> future : futures) {
            all.addAll(future.get());
        }
        return all;
    }

    private static Latencies callUntil(long end, Bench bench, Contender contender) throws Exception {
        Latencies latencies = new Latencies();
        long before = System.nanoTime();
        while (before < end) {
            contender.enqueue(bench.argument());
            long after = System.nanoTime();
            latencies.add(after - before);
            before = after;
        }
        return latencies;
    }
}

package io.leek.benchmarks.measure;

import io.leek.benchmarks.contender.Business;
import io.leek.benchmarks.contender.Contender;
import io.leek.benchmarks.contender.Runs;
import io.leek.benchmarks.contender.Session;
import io.leek.benchmarks.contender.Workers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Tasks enqueued in the application's own transactions, which insert one row besides. */
final class TransactionMeasure implements Measure {

    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int SIZE = 10_000;

    @Override
    public Map<String, Double> run(Bench bench) throws Exception {
        Map<String, Double> figures = new LinkedHashMap<>();
        try (Session session = bench.open(Workers.ONE)) {
            one(bench, session.contender(), session.business(), figures);
        }
        try (Session session = bench.open(Workers.NONE)) {
            Business business = session.business();
            many(bench, session.contender(), business, bench.limits().bulkWarmUp());
            Latencies took =
                    many(bench, session.contender(), business, bench.limits().window());
            figures.put("bulk_p50_us", took.micros(0.5));
            figures.put("bulk_per_s", SIZE * 1e6 / took.micros(0.5));
        }
        return figures;
    }

    /** One task at a time for an idle worker, in turn with a transaction without a task. */
    private static void one(Bench bench, Contender contender, Business business, Map<String, Double> figures)
            throws Exception {
        WarmUp.run(
                bench,
                bench.limits().idleWarmUp(),
                argument -> business.transact(() -> contender.enqueueInTransaction(argument)));
        Latencies started = new Latencies();
        Latencies with = new Latencies();
        Latencies without = new Latencies();
        for (int i = 0; i < bench.limits().samples(); i++) {
            LockSupport.parkNanos(PAUSE.toNanos());
            long before = System.nanoTime();
            business.transact(() -> {});
            without.add(System.nanoTime() - before);

            LockSupport.parkNanos(PAUSE.toNanos());
            bench.expectNext(1);
            String argument = bench.argument();
            before = System.nanoTime();
            long commit = business.transact(() -> contender.enqueueInTransaction(argument));
            with.add(System.nanoTime() - before);
            if (!Runs.awaitFirst(bench.limits().firstRun())) {
                throw new IllegalStateException(
                        "The task did not run within " + bench.limits().firstRun() + " of its transaction's commit");
            }
            started.add(Runs.tally().firstNanos() - commit);
        }
        figures.put("start_p50_us", started.micros(0.5));
        figures.put("start_p99_us", started.micros(0.99));
        figures.put("with_p50_us", with.micros(0.5));
        figures.put("without_p50_us", without.micros(0.5));
    }

    /** At least once, however long it takes. Nothing runs meanwhile. */
    private static Latencies many(Bench bench, Contender contender, Business business, Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        Latencies latencies = new Latencies();
        do {
            List<String> arguments = bench.arguments(SIZE);
            long before = System.nanoTime();
            business.transact(() -> contender.enqueueAllInTransaction(arguments));
            latencies.add(System.nanoTime() - before);
        } while (System.nanoTime() < end);
        return latencies;
    }
}

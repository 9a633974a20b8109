package io.leek.benchmarks.measure;

import io.leek.benchmarks.contender.Runs;
import java.time.Duration;

/** Lets an idle system enqueue and run tasks as fast as it can, until the JVM has compiled what the measure calls. */
final class WarmUp {

    private static final int AT_ONCE = 8;

    /** Somebody who polls would run few with each poll. */
    private static final int AT_ONCE_POLLED = 500;

    private WarmUp() {}

    /** Ends with nothing waiting. */
    static void run(Bench bench, Duration duration, Enqueue enqueue) throws Exception {
        boolean isPolling = bench.pollInterval().compareTo(Duration.ofSeconds(1)) >= 0;
        int count = isPolling ? AT_ONCE_POLLED : AT_ONCE;
        long end = System.nanoTime() + duration.toNanos();
        do {
            bench.expectNext(count);
            for (String argument : bench.arguments(count)) {
                enqueue.enqueue(argument);
            }
            if (!Runs.awaitAll(bench.limits().firstRun())) {
                throw new IllegalStateException(
                        "Of " + count + " tasks to warm up " + Runs.tally().distinct() + " ran within "
                                + bench.limits().firstRun());
            }
        } while (System.nanoTime() < end);
    }

    /** How a task is enqueued. */
    @FunctionalInterface
    interface Enqueue {
        void enqueue(String argument) throws Exception;
    }
}

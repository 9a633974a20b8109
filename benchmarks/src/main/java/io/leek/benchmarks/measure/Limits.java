package io.leek.benchmarks.measure;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param warmUp time at full speed before single enqueues are timed; a JVM that has compiled too little is several times
 *     slower
 * @param window time over which an enqueue or bulk is timed, for each number of callers
 * @param tasks tasks of a drain
 * @param backlog waiting tasks of the large backlog; the small one has a hundredth
 * @param samples tasks of which the idle latency is taken, but for those who poll
 */
public record Limits(Duration warmUp, Duration window, int tasks, int backlog, int samples) {

    public static final Limits FULL = new Limits(Duration.ofSeconds(20), Duration.ofSeconds(5), 50_000, 1_000_000, 200);

    /** To see that everything works; its figures mean little. */
    public static final Limits QUICK = new Limits(Duration.ofSeconds(1), Duration.ofSeconds(1), 3_000, 20_000, 20);

    /** Time to enqueue many at a time before that is timed. */
    Duration bulkWarmUp() {
        return warmUp.dividedBy(2);
    }

    /** Time to enqueue and run before the idle latency is taken. */
    Duration idleWarmUp() {
        return warmUp.multipliedBy(3).dividedBy(4);
    }

    /** Tasks that run before a drain is timed. */
    int warmUpTasks() {
        return tasks / 10;
    }

    /** Longest time to fill a queue; what is there then is drained. */
    Duration fill() {
        return window.multipliedBy(6);
    }

    /** Longest time over which a drain is timed, from its first task on. */
    Duration drain() {
        return window.multipliedBy(3);
    }

    /** Tasks of which the idle latency of somebody who polls is taken, each of them over an interval. */
    int polledSamples() {
        return Math.max(3, samples / 32);
    }

    /** Longest time to wait for the first task to run. */
    Duration firstRun() {
        return Duration.ofSeconds(60);
    }
}

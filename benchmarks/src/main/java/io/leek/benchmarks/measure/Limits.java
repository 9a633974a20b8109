package io.leek.benchmarks.measure;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param window time over which an enqueue or bulk is timed, for each number of callers
 * @param tasks tasks of a drain
 * @param backlog waiting tasks of the large backlog; the small one has a hundredth
 * @param samples tasks of which the idle latency is taken, but for those who poll
 */
public record Limits(Duration window, int tasks, int backlog, int samples) {

    public static final Limits FULL = new Limits(Duration.ofSeconds(5), 50_000, 1_000_000, 200);

    /** To see that everything works; its figures mean little. */
    public static final Limits QUICK = new Limits(Duration.ofSeconds(1), 3_000, 20_000, 20);

    /** Time to enqueue before an enqueue or bulk is timed. */
    Duration warmUp() {
        return window.multipliedBy(3).dividedBy(5);
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

    /** How many intervals of somebody who polls the idle latency is taken over. */
    int polls() {
        return Math.max(3, samples / 16);
    }

    /** Longest time to wait for the first task to run. */
    Duration firstRun() {
        return Duration.ofSeconds(60);
    }
}

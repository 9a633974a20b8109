package io.leek.benchmarks.measure;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param warmUp time to enqueue before an enqueue or bulk is timed
 * @param warmUpTasks tasks that run before a drain is timed
 * @param window time over which an enqueue or bulk is timed, for each number of callers
 * @param fill longest time to fill a queue; what is there then is drained
 * @param drain longest time over which a drain is timed, from its first task on
 * @param tasks tasks of a drain
 * @param backlog waiting tasks of the large backlog; the small one has a hundredth
 * @param samples tasks of which the idle latency is taken
 */
public record Limits(
        Duration warmUp,
        int warmUpTasks,
        Duration window,
        Duration fill,
        Duration drain,
        int tasks,
        int backlog,
        int samples) {

    public static final Limits FULL = new Limits(
            Duration.ofSeconds(3),
            5_000,
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(15),
            50_000,
            1_000_000,
            200);

    /** To see that everything works; its figures mean little. */
    public static final Limits QUICK = new Limits(
            Duration.ofMillis(500),
            500,
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(3),
            3_000,
            20_000,
            20);

    /** Longest time to wait for the first task to run. */
    Duration firstRun() {
        return Duration.ofSeconds(30);
    }
}

package io.leek.benchmarks.contender;

/** How many tasks run at the same time. */
public enum Workers {
    /** None: the process only enqueues. */
    NONE,
    ONE,
    /** As many as this contender is fastest with. */
    BEST
}

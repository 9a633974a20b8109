package io.leek.benchmarks.contender;

/** How many tasks run at the same time. */
public enum Workers {
    /** None: the process only enqueues. */
    NONE,
    ONE,
    /** Many: a number chosen for this contender, from its documentation where that has one. */
    BEST
}

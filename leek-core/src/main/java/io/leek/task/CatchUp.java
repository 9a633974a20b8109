package io.leek.task;

/** What becomes of the times at which a recurring task should have run while nobody could run it. */
public enum CatchUp {

    /** One run for all of them, as soon as somebody can. */
    ONCE,

    /** None: it runs at its next time, and a run that has waited a minute for its first attempt is dropped. */
    NONE,

    /** A run for each, one after the other. */
    EVERY
}

package io.leek;

import io.leek.task.RetryBackoff;
import java.time.Duration;
import java.time.Instant;

/**
 * Options for one offload; each setter returns a new spec, and throws {@link IllegalArgumentException} for a value out of
 * range. What is not set comes from the {@link LeekTask}.
 */
public interface OffloadSpec extends Offloading {

    /** Runs the task no earlier than after this time, zero or more. Takes the place of {@link #at}. */
    OffloadSpec delay(Duration delay);

    /** Runs the task no earlier than at this time; a past one means now. Takes the place of {@link #delay}. */
    OffloadSpec at(Instant time);

    /**
     * The caller's own identifier. While an unfinished task has the same key, no second one is made, and the handle is
     * that of the first. 1 to 255 characters, not blank. Each option about the key takes the place of the one before.
     */
    OffloadSpec key(String key);

    /**
     * As {@link #key(String)}, and the key counts for this time in any case, from the offload on, also when the task has
     * finished. 1 ms to 365 days.
     */
    OffloadSpec key(String key, Duration atLeast);

    /** As {@link #key(String)}, but only until the task is handed out to a worker: from then on one more can be queued. */
    OffloadSpec keyWhileQueued(String key);

    /** The queue, instead of {@link LeekTask#queue()}. */
    OffloadSpec queue(String queue);

    /** The priority, 1 to 9, instead of {@link LeekTask#priority()}. */
    OffloadSpec priority(int priority);

    /** How long a run may take, 1 ms to 365 days, instead of {@link LeekTask#timeout()}. */
    OffloadSpec timeout(Duration timeout);

    /** The number of retries, 0 or more, instead of {@link LeekTask#maxRetries()}. */
    OffloadSpec maxRetries(int maxRetries);

    /** The delays before retries, instead of those of the {@link LeekTask}. */
    OffloadSpec backoff(RetryBackoff backoff);

    /** What the task must have a place in to run, 1 to 255 characters, not blank, instead of {@link LeekTask#mutex()}. */
    OffloadSpec mutex(String name);

    /** The same with a number of places, 1 to 1000, instead of {@link LeekTask#mutexLimit()}. */
    OffloadSpec mutex(String name, int limit);

    /**
     * Holds later tasks of the mutex back while this one waits for its retry, as {@link LeekTask#ordered()}. Only for a task
     * with a mutex and a limit of 1; else the offload throws.
     */
    OffloadSpec ordered();
}

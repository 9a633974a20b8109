package io.leek.task;

import org.jspecify.annotations.Nullable;

/**
 * What a record says about retries.
 *
 * @param retries how many the task may have in all; 0 or less for none
 * @param backoff null for the delays of the Faktory Work Protocol
 */
public record RetryRule(int retries, @Nullable RetryBackoff backoff) {

    /** No retry. */
    public static final RetryRule NONE = new RetryRule(0, null);
}

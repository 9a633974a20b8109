package io.leek.task;

import java.util.Locale;

/** Why a task is in the failed table. Those after {@link #CANCELLED} mean parked: it could not be run. */
public enum FailureReason {
    /** The task method threw. */
    EXCEPTION,
    /** Its result could not be written as JSON. */
    RESULT,
    /** Its run took longer than its timeout and no retry was left. */
    TIMEOUT,
    /** Somebody cancelled it, while it waited or ran. */
    CANCELLED,
    /** Its reservation ran out and no retry was left. */
    EXPIRED,
    /** It took its process down too often. */
    CRASHED,
    /** No worker announced its name for long enough. */
    UNKNOWN_TASK,
    /** Its arguments do not fit the parameters of its method. */
    ARGUMENTS;

    /** The reason as columns and the protocol write it: lower case, with {@code _}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The reason written as {@link #text()}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static FailureReason of(String text) {
        for (FailureReason reason : values()) {
            if (reason.text().equals(text)) {
                return reason;
            }
        }
        throw new IllegalArgumentException("no failure reason is called '" + text + "'");
    }
}

package io.leek.task;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Set;

/** The states of a task; each is a table, and a task is in exactly one. */
public enum TaskState {
    /** Waiting, scheduled, retrying or running. */
    QUEUED,
    /** Ran to its end. */
    SUCCESS,
    /** Threw and has no retry left, or could not be run. */
    FAILED;

    /** The states a task may move to from this one. */
    public Set<TaskState> moves() {
        return switch (this) {
            case QUEUED -> Set.of(SUCCESS, FAILED);
            case FAILED -> Set.of(QUEUED);
            case SUCCESS -> Set.of();
        };
    }

    /** The state as columns, the protocol and the pages write it: lower case. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The state written as {@link #text()}.
     *
     * @throws IllegalArgumentException for any other text
     */
    @JsonCreator
    public static TaskState of(String text) {
        for (TaskState state : values()) {
            if (state.text().equals(text)) {
                return state;
            }
        }
        throw new IllegalArgumentException("state must be queued, success or failed, but was '" + text + "'");
    }
}

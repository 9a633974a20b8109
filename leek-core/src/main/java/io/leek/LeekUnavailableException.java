package io.leek;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server could not be reached, or did not answer within {@code leek.client.timeout}. */
public class LeekUnavailableException extends LeekException {

    private static final long serialVersionUID = 1L;

    private final String host;
    private final int port;
    private final @Nullable String taskId;
    private final boolean outcomeUnknown;

    public LeekUnavailableException(
            String message,
            String host,
            int port,
            @Nullable String taskId,
            boolean outcomeUnknown,
            @Nullable Throwable cause) {
        super(message, cause);
        this.host = host;
        this.port = port;
        this.taskId = taskId;
        this.outcomeUnknown = outcomeUnknown;
    }

    /** The server's host as configured. */
    public String host() {
        return host;
    }

    /** The server's port; 0 where it is not known yet. */
    public int port() {
        return port;
    }

    /** The id of the task that was being sent. */
    public Optional<String> taskId() {
        return Optional.ofNullable(taskId);
    }

    /** Whether the request may have arrived. Sending the task again under the same id is safe. */
    public boolean isOutcomeUnknown() {
        return outcomeUnknown;
    }
}

package io.leek.client;

import io.leek.LeekUnavailableException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Words for a server that can't be reached. */
final class Unavailable {

    private Unavailable() {}

    static LeekUnavailableException because(
            Supplier<ServerAddress> address, String what, boolean sent, @Nullable Throwable cause) {
        ServerAddress at = addressOf(address);
        String message = "The Leek server at %s %s%s%s"
                .formatted(
                        at,
                        what,
                        cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage(),
                        sent ? "; whether it took the request is not known" : "");
        return new LeekUnavailableException(message, at.host(), at.port(), null, sent, cause);
    }

    /** The same for one task. */
    static LeekUnavailableException of(LeekUnavailableException e, String taskId, String name) {
        return new LeekUnavailableException(
                "Task %s (%s) was not confirmed. %s".formatted(taskId, name, e.getMessage()),
                e.host(),
                e.port(),
                taskId,
                e.isOutcomeUnknown(),
                e);
    }

    static ServerAddress addressOf(Supplier<ServerAddress> address) {
        try {
            return address.get();
        } catch (RuntimeException e) {
            return new ServerAddress("localhost", 0, null);
        }
    }
}

package io.leek.server;

import io.leek.LeekException;
import io.leek.server.app.AppFailedException;
import io.leek.server.listen.BindException;
import io.leek.server.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do when a server can't start. */
class ServerFailureAnalyzer extends AbstractFailureAnalyzer<LeekException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, LeekException cause) {
        String action = action(cause);
        return action == null ? null : new FailureAnalysis(cause.getMessage(), action, cause);
    }

    private static @Nullable String action(LeekException cause) {
        if (cause instanceof BindException) {
            return "End the program that listens there, or set another address with leek.bind=host:port.";
        }
        if (cause instanceof OpenBindException) {
            return "Set leek.password, or bind to this machine only: leek.bind=localhost:8002.";
        }
        if (cause instanceof AppFailedException) {
            return "Give the path of the application's executable jar: java -jar leek-server.jar app.jar";
        }
        return cause instanceof StoreException store ? action(store.kind()) : null;
    }

    private static String action(StoreException.Kind kind) {
        return switch (kind) {
            case LOCKED ->
                "End the other process, or give this one a folder of its own with leek.server.data-dir. Web application"
                        + " and worker processes share a companion instead: leek.mode=remote.";
            case UNREACHABLE -> "Check leek.server.data-dir, or the URL, user and password of the database.";
            case UNREADABLE -> "Restore the database from a backup, or move it away to start with an empty one.";
            case SCHEMA_NOT_CREATABLE ->
                "Run the statement above as a user who may, or grant the right to Leek's user.";
            case SCHEMA_MISSING -> "Run the statements above, or set leek.server.migrate=true.";
            case SCHEMA_NEWER -> "Use the Leek version that made the tables, or a newer one.";
        };
    }
}

package io.leek.server;

import io.leek.server.app.AppFailedException;
import io.leek.server.listen.BindException;
import io.leek.server.store.StoreException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;
import org.springframework.core.NestedExceptionUtils;

/**
 * Why a server can't start.
 *
 * @param message what was expected and what was found
 * @param action what to do about it
 */
record StartFailure(ExitCode exitCode, String message, String action) {

    private static final String CORRECT_IT =
            "Correct it on the command line, in the environment or in application.properties.";

    /** What the failure means to people; empty for one that nobody has thought of. */
    static Optional<StartFailure> of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            StartFailure known = ofOne(cause);
            if (known != null) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    private static @Nullable StartFailure ofOne(Throwable cause) {
        if (cause instanceof BindException) {
            return of(
                    ExitCode.PORT,
                    cause,
                    "End the program that listens there, or set another address with leek.bind=host:port.");
        } else if (cause instanceof OpenBindException) {
            return of(
                    ExitCode.OPEN_BIND,
                    cause,
                    "Set leek.password, or bind to this machine only: leek.bind=localhost:8002.");
        } else if (cause instanceof AppFailedException app) {
            return of(app);
        } else if (cause instanceof StoreException store) {
            return of(store);
        } else if (cause instanceof org.springframework.boot.context.properties.bind.BindException bind) {
            return of(bind);
        } else if (cause instanceof MutuallyExclusiveConfigurationPropertiesException exclusive) {
            String names = String.join(" and ", exclusive.getMutuallyExclusiveNames());
            return new StartFailure(ExitCode.SETTING, names + " can't be set together", "Leave one of them out.");
        } else if (cause instanceof InvalidConfigurationPropertyValueException
                || cause instanceof ConfigDataException) {
            return of(ExitCode.SETTING, cause, CORRECT_IT);
        }
        return null;
    }

    private static StartFailure of(ExitCode exitCode, Throwable cause, String action) {
        return new StartFailure(exitCode, String.valueOf(cause.getMessage()), action);
    }

    private static StartFailure of(AppFailedException app) {
        return switch (app.kind()) {
            case NOT_STARTABLE ->
                of(
                        ExitCode.APP_NOT_STARTABLE,
                        app,
                        "Give the executable jar of an application with leek-spring-boot-starter: java -jar"
                                + " leek-server.jar app.jar; or any other worker with leek.app.command.");
            case ENDED -> of(ExitCode.APP_ENDED, app, "Mend what its last lines tell, then start the companion again.");
        };
    }

    private static StartFailure of(org.springframework.boot.context.properties.bind.BindException bind) {
        var property = bind.getProperty();
        String name = property == null
                ? bind.getName().toString()
                : property.getName().toString();
        // What can't be converted may be quoted in the reason.
        String reason = name.contains("password")
                ? "it can't be read"
                : String.valueOf(NestedExceptionUtils.getMostSpecificCause(bind).getMessage());
        String origin = property == null || property.getOrigin() == null ? "" : " (" + property.getOrigin() + ")";
        return new StartFailure(
                ExitCode.SETTING, "The value of " + name + origin + " can't be used: " + reason, CORRECT_IT);
    }

    private static StartFailure of(StoreException store) {
        return switch (store.kind()) {
            case LOCKED ->
                of(
                        ExitCode.STORE_LOCKED,
                        store,
                        "End the other process, or give this one a folder of its own with leek.server.data-dir. Web"
                                + " application and worker processes share a companion instead: leek.mode=remote.");
            case UNREACHABLE ->
                of(
                        ExitCode.STORE_UNREACHABLE,
                        store,
                        "Check leek.server.data-dir, or the URL, user and password of the database.");
            case UNREADABLE ->
                of(
                        ExitCode.STORE_UNREADABLE,
                        store,
                        "Restore the database from a backup, or move it away to start with an empty one; if the schema"
                                + " belongs to something else, set leek.schema to another name.");
            case UNSUPPORTED ->
                of(
                        ExitCode.SETTING,
                        store,
                        "Point leek.server.datasource.url to one of those, or leave it out to have an H2 file of Leek's"
                                + " own.");
            case SCHEMA_NOT_CREATABLE ->
                of(
                        ExitCode.SCHEMA_NOT_CREATABLE,
                        store,
                        "Run that as a user who may, or grant the right to Leek's user, then start again.");
            case SCHEMA_MISSING ->
                of(ExitCode.SCHEMA_MISSING, store, "Run these statements, or set leek.server.migrate=true.");
            case SCHEMA_NEWER ->
                of(
                        ExitCode.STORE_NEWER,
                        store,
                        "Use the Leek version that made the tables or a newer one, or restore a backup from before.");
        };
    }

    /** All of it in one line, unless statements or output of another program belong to it. */
    String line() {
        return message + (message.endsWith(";") || message.endsWith(".") ? " " : ". ") + action;
    }
}

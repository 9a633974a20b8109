package io.leek.server.app;

import io.leek.LeekException;

/** The application can't be a worker. */
public class AppFailedException extends LeekException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    AppFailedException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What kind of trouble it is. */
    public Kind kind() {
        return kind;
    }

    /** The kinds of trouble. */
    public enum Kind {
        /** What is to be started is not there, or can't be an application with Leek. */
        NOT_STARTABLE,
        /** It ended time and again before it had joined. */
        ENDED
    }
}

package io.leek.server.app;

import io.leek.LeekException;

/** The application can't be a worker: there is no such jar, or it ended time and again before it had joined. */
public class AppFailedException extends LeekException {

    private static final long serialVersionUID = 1L;

    AppFailedException(String message) {
        super(message);
    }
}

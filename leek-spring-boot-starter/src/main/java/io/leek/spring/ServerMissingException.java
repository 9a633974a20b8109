package io.leek.spring;

import io.leek.LeekException;

/** Leek was to run its server in the application, and the server is not on the classpath. */
public class ServerMissingException extends LeekException {

    private static final long serialVersionUID = 1L;

    ServerMissingException() {
        super("leek.mode is in-app, but leek-server is not on the classpath");
    }
}

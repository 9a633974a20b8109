package io.leek;

import org.jspecify.annotations.Nullable;

/** What Leek throws, all of it unchecked. */
public class LeekException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LeekException(String message) {
        super(message);
    }

    public LeekException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

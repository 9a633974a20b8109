package io.leek.server.store;

import io.leek.LeekException;
import org.jspecify.annotations.Nullable;

/** The store could not be opened; the message says what was expected and what was found. */
public class StoreException extends LeekException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    StoreException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What kind of trouble it is. */
    public Kind kind() {
        return kind;
    }

    /** The kinds of trouble. */
    public enum Kind {
        /** Another process has the data folder open. */
        LOCKED,
        /** The data folder could not be made, or no connection to the database be had. */
        UNREACHABLE,
        /** The database is there, but Leek can't work with it: damaged, or of a version it doesn't know. */
        UNREADABLE,
        /** The database is of a kind that Leek can't keep its tables in. */
        UNSUPPORTED,
        /** The database user may not create the schema or the tables in it. */
        SCHEMA_NOT_CREATABLE,
        /** The tables are missing or older than this Leek, and it was told not to create them. */
        SCHEMA_MISSING,
        /** The tables were made by a newer Leek. */
        SCHEMA_NEWER
    }
}

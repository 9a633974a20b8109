package io.leek.spring;

import io.leek.LeekException;

/** The application's database was to keep the tasks, and can't. */
public class StoreChoiceException extends LeekException {

    private static final long serialVersionUID = 1L;

    StoreChoiceException(String problem) {
        super("Leek can't keep its tasks in the application's database: " + problem);
    }

    StoreChoiceException(String problem, Throwable cause) {
        super("Leek can't keep its tasks in the application's database: " + problem, cause);
    }
}

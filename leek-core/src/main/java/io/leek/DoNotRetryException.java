package io.leek;

/**
 * Thrown by a task method that is not to be run again, whatever retries it has left: the task is failed at once. It counts
 * as a cause of another exception, too.
 */
public class DoNotRetryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DoNotRetryException(String message) {
        super(message);
    }

    /** @param cause whose type, message and stack trace are kept with the task instead of this exception's */
    public DoNotRetryException(Throwable cause) {
        super(cause);
    }
}

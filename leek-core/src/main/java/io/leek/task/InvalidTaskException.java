package io.leek.task;

/** A pushed record that breaks a rule of the protocol; the message is the one the protocol gives. */
public class InvalidTaskException extends Exception {

    private static final long serialVersionUID = 1L;

    public InvalidTaskException(String message) {
        super(message);
    }
}

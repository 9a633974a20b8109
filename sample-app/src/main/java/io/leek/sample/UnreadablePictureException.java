package io.leek.sample;

/** A file that the gallery can't make thumbnails of; the message is for the person who uploaded it. */
class UnreadablePictureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadablePictureException(String message) {
        super(message);
    }

    UnreadablePictureException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.leek;

/**
 * The server answered that it does not take a task or a request. Of several tasks that were sent together the others may be
 * queued; the message says so.
 */
public class TaskRefusedException extends LeekException {

    private static final long serialVersionUID = 1L;

    private final String code;

    public TaskRefusedException(String code, String message) {
        super(message);
        this.code = code;
    }

    /**
     * The server's code: {@code ERR} for a fault in the request, any other for a known condition, such as {@code FULL}
     * where its queue has no room ({@code leek.server.max-queued}). A key that is taken, of one among several tasks, is
     * {@code ERR} too.
     */
    public String code() {
        return code;
    }
}

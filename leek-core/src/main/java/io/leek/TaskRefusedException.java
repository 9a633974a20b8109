package io.leek;

/** The server answered that it does not take the task or the request; nothing was kept. */
public class TaskRefusedException extends LeekException {

    private static final long serialVersionUID = 1L;

    private final String code;

    public TaskRefusedException(String code, String message) {
        super(message);
        this.code = code;
    }

    /**
     * The server's code: {@code ERR} for a fault in the request, any other for a known condition, such as {@code FULL}
     * where its queue has no room ({@code leek.server.max-queued}).
     */
    public String code() {
        return code;
    }
}

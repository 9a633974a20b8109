package io.leek.worker;

import org.jspecify.annotations.Nullable;

/** One run of a task, which its own transaction may bring to an end. */
public final class Attempt {

    private final String jid;
    private final String lease;
    private volatile boolean isCommitted;
    private volatile boolean isGivenBack;
    private volatile @Nullable Throwable resultError;

    public Attempt(String jid, String lease) {
        this.jid = jid;
        this.lease = lease;
    }

    public String jid() {
        return jid;
    }

    /** The token that gives the right to end it. */
    public String lease() {
        return lease;
    }

    /** The task's row has moved to success, in a transaction that has committed. */
    public void committed() {
        isCommitted = true;
    }

    /** The transaction was rolled back for no fault of the task, which therefore goes back to its queue. */
    public void giveBack() {
        isGivenBack = true;
    }

    /** The result could not be written as JSON, so that the transaction was rolled back. */
    public void resultRefused(Throwable error) {
        resultError = error;
    }

    boolean isCommitted() {
        return isCommitted;
    }

    boolean isGivenBack() {
        return isGivenBack;
    }

    @Nullable
    Throwable resultError() {
        return resultError;
    }
}

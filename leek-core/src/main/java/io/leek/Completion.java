package io.leek;

/** How a task that ran to its end becomes a success. */
public enum Completion {

    /**
     * In the transaction that its method itself begins, where that is one on the database that keeps the tasks: what the
     * task has written and its move to success commit together or not at all. Elsewhere as {@link #AFTER_RETURN}.
     */
    IN_TRANSACTION,

    /**
     * Once the method has returned. A crash between its commit and that moment lets the task run again. For long
     * transactions, which should not hold the task's row.
     */
    AFTER_RETURN
}

package io.leek.spring.tx;

import org.jspecify.annotations.Nullable;

/** What is promised of tasks that are offloaded in a transaction; each is a row of the table in the documents. */
public enum Guarantee {
    SAME_DATABASE(
            "same database",
            "What is offloaded in a transaction commits or rolls back with it, and what a @Transactional task writes there"
                    + " counts once"),
    OUTBOX(
            "outbox",
            "What is offloaded in a transaction is kept with it in leek_outbox and sent after the commit. A task runs at"
                    + " least once"),
    ANOTHER_DATABASE(
            "another database",
            "What is offloaded in a transaction is sent after the commit, and a crash between the two loses it"
                    + " (leek.outbox=true closes that gap). A task runs at least once"),
    NO_TRANSACTIONS(
            "no transactions", "There is no transaction manager, so a task is sent at once. A task runs at least once");

    private final String row;
    private final String promise;

    Guarantee(String row, String promise) {
        this.row = row;
        this.promise = promise;
    }

    /** Which one an application has. */
    public static Guarantee of(boolean hasTransactions, @Nullable ApplicationStores stores, @Nullable Outbox outbox) {
        if (!hasTransactions) {
            return NO_TRANSACTIONS;
        }
        if (stores != null && stores.isOneTheServers()) {
            return SAME_DATABASE;
        }
        return outbox != null && outbox.isUsed() ? OUTBOX : ANOTHER_DATABASE;
    }

    /** For the log. */
    @Override
    public String toString() {
        return "Guarantee '" + row + "': " + promise;
    }
}

package io.leek.spring.tx;

import io.leek.LeekException;
import io.leek.spring.tx.ApplicationStores.Joined;
import io.leek.worker.Attempt;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;

/** Moves a task to success as the last statement of a transaction, which holds a lock on its rows from then on. */
final class AttemptEnd implements TransactionSynchronization {

    private final Joined store;
    private final TransactionStatus status;
    private final Attempt attempt;
    private final @Nullable String result;
    private boolean isMoved;

    AttemptEnd(Joined store, TransactionStatus status, Attempt attempt, @Nullable String result) {
        this.store = store;
        this.status = status;
        this.attempt = attempt;
        this.result = result;
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void beforeCommit(boolean readOnly) {
        // What JPA still has to write comes first, and may take long or fail.
        status.flush();
        try {
            isMoved = store.sql().complete(store.tables().jdbc(), attempt.jid(), attempt.lease(), result);
        } catch (ConcurrencyFailureException e) {
            attempt.giveBack();
            throw e;
        }
        // Before the first contact the tables may be another server's; then the task ends once its method has returned.
        if (!isMoved && store.isConfirmed()) {
            attempt.giveBack();
            throw new LeekException(
                    "Task " + attempt.jid() + " is not this worker's any more; another run may be under way");
        }
    }

    @Override
    public void afterCommit() {
        if (isMoved) {
            attempt.committed();
            store.sync();
        }
    }

    @Override
    public void afterCompletion(int completed) {
        if (isMoved && completed == STATUS_COMMITTED) {
            attempt.committed();
        }
    }
}

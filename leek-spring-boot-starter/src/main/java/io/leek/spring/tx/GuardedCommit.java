package io.leek.spring.tx;

import io.leek.h2.Checkpoints;
import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The commit of a transaction that has written to the queue, which is kept apart from the checkpoints of its file. What
 * others do before and after it may wait for a checkpoint, so none of that belongs to it.
 */
final class GuardedCommit implements TransactionSynchronization {

    private final Checkpoints checkpoints;
    private boolean isUnderWay;

    private GuardedCommit(Checkpoints checkpoints) {
        this.checkpoints = checkpoints;
    }

    /** Guards the current transaction's commit, unless that is done already. */
    static void register(Checkpoints checkpoints) {
        boolean isGuarded = TransactionSynchronizationManager.getSynchronizations().stream()
                .anyMatch(one -> one instanceof GuardedCommit guard && guard.checkpoints == checkpoints);
        if (!isGuarded) {
            TransactionSynchronizationManager.registerSynchronization(new GuardedCommit(checkpoints));
        }
    }

    /** First of all after the commit. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public void beforeCommit(boolean readOnly) {
        TransactionSynchronizationManager.registerSynchronization(new Begin());
    }

    @Override
    public void afterCommit() {
        ended();
    }

    @Override
    public void afterCompletion(int status) {
        ended();
    }

    private void ended() {
        if (isUnderWay) {
            isUnderWay = false;
            checkpoints.committed();
        }
    }

    /** Last of all before the commit, also after those of the same order. */
    private final class Begin implements TransactionSynchronization {

        @Override
        public int getOrder() {
            return Ordered.LOWEST_PRECEDENCE;
        }

        @Override
        public void beforeCompletion() {
            checkpoints.beforeCommit();
            isUnderWay = true;
        }
    }
}

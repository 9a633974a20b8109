package io.leek.spring.tx;

import io.leek.client.TaskGateway;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The part of a transaction that tells how far it is. */
abstract class OpenTransaction implements TransactionSynchronization, TaskGateway.Transaction {

    private final Thread thread = Thread.currentThread();
    private volatile boolean isOpen = true;

    /** What takes part in this transaction already, or does from now on; a suspended one has its own. */
    static <T extends OpenTransaction> T current(Class<T> type, Predicate<T> isIt, Supplier<T> made) {
        for (var synchronization : TransactionSynchronizationManager.getSynchronizations()) {
            if (type.isInstance(synchronization) && isIt.test(type.cast(synchronization))) {
                return type.cast(synchronization);
            }
        }
        T one = made.get();
        TransactionSynchronizationManager.registerSynchronization(one);
        return one;
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public boolean isOfThisThread() {
        return isOpen && thread == Thread.currentThread();
    }

    /** It has committed, or there is nothing to wait for any more. */
    final void ended() {
        isOpen = false;
    }

    @Override
    public void afterCompletion(int status) {
        ended();
    }
}

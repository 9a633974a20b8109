package io.leek.spring.tx;

import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs work in the caller's thread but in no transaction of the caller. After a commit the old transaction's resources
 * are still bound, and {@code @Transactional} work would join it and never be committed.
 */
public final class OutsideTransaction implements Executor {

    private final ObjectProvider<PlatformTransactionManager> managers;

    public OutsideTransaction(ObjectProvider<PlatformTransactionManager> managers) {
        this.managers = managers;
    }

    @Override
    public void execute(Runnable work) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            work.run();
            return;
        }
        try (Stream<PlatformTransactionManager> all = managers.orderedStream()) {
            suspendNext(all.iterator(), work);
        }
    }

    private static void suspendNext(Iterator<PlatformTransactionManager> managers, Runnable work) {
        if (!managers.hasNext()) {
            work.run();
            return;
        }
        TransactionTemplate template = new TransactionTemplate(managers.next());
        template.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
        template.executeWithoutResult(status -> suspendNext(managers, work));
    }
}

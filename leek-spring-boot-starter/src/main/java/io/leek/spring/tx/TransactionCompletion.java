package io.leek.spring.tx;

import io.leek.spring.tx.ApplicationStores.Joined;
import io.leek.worker.Attempt;
import java.util.Optional;
import java.util.function.Function;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.interceptor.TransactionAspectSupport;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Ends attempts in the transactions of their task methods: the move to success is the last thing that such a transaction
 * does, so that all of it commits or nothing.
 */
public final class TransactionCompletion {

    private static final ThreadLocal<@Nullable Current> CURRENT = new ThreadLocal<>();

    private final ApplicationStores stores;

    public TransactionCompletion(ApplicationStores stores) {
        this.stores = stores;
    }

    /** Calls a task method, which ends the attempt if it begins a transaction on the store's database. */
    public @Nullable Object call(Attempt attempt, Function<@Nullable Object, @Nullable String> write, TaskCall call)
            throws Throwable {
        CURRENT.set(new Current(stores, attempt, write));
        try {
            return call.call();
        } finally {
            CURRENT.remove();
        }
    }

    /** The call of a task method. */
    public interface TaskCall {

        @Nullable
        Object call() throws Throwable;
    }

    /** The innermost interceptor of a task method: what it does is inside the method's transaction. */
    public static final class Interceptor implements MethodInterceptor {

        @Override
        public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
            Current current = CURRENT.get();
            if (current == null || !current.enter()) {
                return invocation.proceed();
            }
            Object result;
            try {
                result = invocation.proceed();
            } catch (Throwable e) {
                current.fail();
                throw e;
            } finally {
                current.leave();
            }
            current.join(result);
            return result;
        }
    }

    /** The run under way in this thread. */
    private static final class Current {

        private final ApplicationStores stores;
        private final Attempt attempt;
        private final Function<@Nullable Object, @Nullable String> write;
        private boolean isInside;

        Current(ApplicationStores stores, Attempt attempt, Function<@Nullable Object, @Nullable String> write) {
            this.stores = stores;
            this.attempt = attempt;
            this.write = write;
        }

        /** False for a task method that another one calls: its transaction is not the whole run. */
        boolean enter() {
            boolean isFirst = !isInside;
            isInside = true;
            return isFirst;
        }

        void leave() {
            isInside = false;
        }

        /** By Spring's default a checked exception commits; a retry would then write a second time. */
        void fail() {
            TransactionStatus status = ownTransaction();
            if (status != null && stores.current().isPresent()) {
                status.setRollbackOnly();
            }
        }

        void join(@Nullable Object result) {
            TransactionStatus status = ownTransaction();
            Optional<Joined> store = status == null ? Optional.empty() : stores.current();
            if (status != null && store.isPresent()) {
                store.get().guardCommit();
                TransactionSynchronizationManager.registerSynchronization(
                        new AttemptEnd(store.get(), status, attempt, text(result)));
            }
        }

        /** The transaction that the task method itself has begun, if it is one that will commit something. */
        private static @Nullable TransactionStatus ownTransaction() {
            // Most tasks have none, and an exception for each of them costs more than the rest of this.
            if (!TransactionSynchronizationManager.isActualTransactionActive()) {
                return null;
            }
            try {
                TransactionStatus status = TransactionAspectSupport.currentTransactionStatus();
                return status.isNewTransaction() && !status.isReadOnly() && !status.isRollbackOnly() ? status : null;
            } catch (NoTransactionException e) {
                return null;
            }
        }

        private @Nullable String text(@Nullable Object result) {
            try {
                return write.apply(result);
            } catch (RuntimeException | Error e) {
                attempt.resultRefused(e);
                throw e;
            }
        }
    }
}

package io.leek.spring.tx;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.util.ClassUtils;

/**
 * A reactive transaction belongs to a subscription, not to a thread, so that offloading can't take part in it and can't
 * even see it. What can be seen is a thread that drives subscriptions in an application with reactive transactions.
 */
public final class ReactiveThreads {

    private static final @Nullable Class<?> NON_BLOCKING = find("reactor.core.scheduler.NonBlocking");

    private final BooleanSupplier hasReactiveTransactions;

    public ReactiveThreads(BooleanSupplier hasReactiveTransactions) {
        this.hasReactiveTransactions = hasReactiveTransactions;
    }

    /** @throws IllegalTransactionStateException on such a thread, before anything is sent */
    void check() {
        Thread thread = Thread.currentThread();
        if (NON_BLOCKING != null && NON_BLOCKING.isInstance(thread) && hasReactiveTransactions.getAsBoolean()) {
            throw new IllegalTransactionStateException("Leek can't offload on " + thread.getName()
                    + ": a reactive transaction may be under way there, in which a task can't take part, and the thread must"
                    + " not block. Nothing was sent. Offload after the transaction, on a thread that may wait:"
                    + " transactional.then(Mono.fromCallable(() -> leek.offload(...))"
                    + ".subscribeOn(Schedulers.boundedElastic()))");
        }
    }

    private static @Nullable Class<?> find(String name) {
        return ClassUtils.isPresent(name, ReactiveThreads.class.getClassLoader())
                ? ClassUtils.resolveClassName(name, ReactiveThreads.class.getClassLoader())
                : null;
    }
}

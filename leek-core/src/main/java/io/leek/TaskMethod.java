package io.leek;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of a call that can be offloaded: lambdas and references to {@link LeekTask} methods with up to four
 * arguments, with and without a result. Serializable only so that the receiver of a method reference can be checked; it
 * is never serialized.
 */
public interface TaskMethod extends Serializable {

    /** A call without arguments and result. */
    @FunctionalInterface
    interface Void0 extends TaskMethod {
        void call() throws Exception;
    }

    /** A call with one argument and no result. */
    @FunctionalInterface
    interface Void1<A> extends TaskMethod {
        void call(A a) throws Exception;
    }

    /** A call with two arguments and no result. */
    @FunctionalInterface
    interface Void2<A, B> extends TaskMethod {
        void call(A a, B b) throws Exception;
    }

    /** A call with three arguments and no result. */
    @FunctionalInterface
    interface Void3<A, B, C> extends TaskMethod {
        void call(A a, B b, C c) throws Exception;
    }

    /** A call with four arguments and no result. */
    @FunctionalInterface
    interface Void4<A, B, C, D> extends TaskMethod {
        void call(A a, B b, C c, D d) throws Exception;
    }

    /** A call without arguments that has a result. */
    @FunctionalInterface
    interface Value0<R extends @Nullable Object> extends TaskMethod {
        R call() throws Exception;
    }

    /** A call with one argument and a result. */
    @FunctionalInterface
    interface Value1<A, R extends @Nullable Object> extends TaskMethod {
        R call(A a) throws Exception;
    }

    /** A call with two arguments and a result. */
    @FunctionalInterface
    interface Value2<A, B, R extends @Nullable Object> extends TaskMethod {
        R call(A a, B b) throws Exception;
    }

    /** A call with three arguments and a result. */
    @FunctionalInterface
    interface Value3<A, B, C, R extends @Nullable Object> extends TaskMethod {
        R call(A a, B b, C c) throws Exception;
    }

    /** A call with four arguments and a result. */
    @FunctionalInterface
    interface Value4<A, B, C, D, R extends @Nullable Object> extends TaskMethod {
        R call(A a, B b, C c, D d) throws Exception;
    }
}

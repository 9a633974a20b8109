package io.leek.spring.offload;

import io.leek.TaskMethod;
import org.jspecify.annotations.Nullable;

/**
 * A lambda or method reference with its arguments, ready to be run in a capture. Every call of user code starts in this
 * class, which is how {@link CallSite} knows where the user's part of the stack ends.
 */
final class Call {

    private final TaskMethod source;
    private final boolean returnsValue;
    private final @Nullable Object firstArgument;
    private final Body body;

    private Call(TaskMethod source, boolean returnsValue, @Nullable Object firstArgument, Body body) {
        this.source = source;
        this.returnsValue = returnsValue;
        this.firstArgument = firstArgument;
        this.body = body;
    }

    @FunctionalInterface
    private interface Body {
        @Nullable
        Object run() throws Exception;
    }

    static Call of(TaskMethod.Void0 method) {
        return new Call(method, false, null, () -> {
            method.call();
            return null;
        });
    }

    static <A> Call of(TaskMethod.Void1<A> method, A a) {
        return new Call(method, false, a, () -> {
            method.call(a);
            return null;
        });
    }

    static <A, B> Call of(TaskMethod.Void2<A, B> method, A a, B b) {
        return new Call(method, false, a, () -> {
            method.call(a, b);
            return null;
        });
    }

    static <A, B, C> Call of(TaskMethod.Void3<A, B, C> method, A a, B b, C c) {
        return new Call(method, false, a, () -> {
            method.call(a, b, c);
            return null;
        });
    }

    static <A, B, C, D> Call of(TaskMethod.Void4<A, B, C, D> method, A a, B b, C c, D d) {
        return new Call(method, false, a, () -> {
            method.call(a, b, c, d);
            return null;
        });
    }

    static Call returning(TaskMethod.Value0<?> method) {
        return new Call(method, true, null, () -> method.call());
    }

    static <A> Call returning(TaskMethod.Value1<A, ?> method, A a) {
        return new Call(method, true, a, () -> method.call(a));
    }

    static <A, B> Call returning(TaskMethod.Value2<A, B, ?> method, A a, B b) {
        return new Call(method, true, a, () -> method.call(a, b));
    }

    static <A, B, C> Call returning(TaskMethod.Value3<A, B, C, ?> method, A a, B b, C c) {
        return new Call(method, true, a, () -> method.call(a, b, c));
    }

    static <A, B, C, D> Call returning(TaskMethod.Value4<A, B, C, D, ?> method, A a, B b, C c, D d) {
        return new Call(method, true, a, () -> method.call(a, b, c, d));
    }

    @Nullable
    Object run() throws Exception {
        return body.run();
    }

    TaskMethod source() {
        return source;
    }

    boolean returnsValue() {
        return returnsValue;
    }

    /** The receiver, for a reference like {@code Mailer::welcome}. */
    @Nullable
    Object firstArgument() {
        return firstArgument;
    }
}

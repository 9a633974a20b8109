package io.leek.spring.offload;

import io.leek.TaskMethod;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Proxy;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Where a task method was called from: by the captured lambda or reference itself, or somewhere below it. */
final class CallSite {

    /** Enough to fetch at once what stands above the captured lambda: seven frames, unless there are more proxies. */
    private static final int FRAMES = 12;

    private static final StackWalker WALKER =
            StackWalker.getInstance(Set.of(StackWalker.Option.RETAIN_CLASS_REFERENCE), FRAMES);

    private CallSite() {}

    /** The code that called the task method instead of the captured lambda; empty where it was the lambda. */
    static Optional<String> intruder() {
        return WALKER.walk(CallSite::intruder);
    }

    private static Optional<String> intruder(Stream<StackFrame> frames) {
        StackFrame intruder = null;
        StackFrame candidate = null;
        for (Iterator<StackFrame> each = frames.iterator(); each.hasNext(); ) {
            StackFrame frame = each.next();
            if (frame.getDeclaringClass() == Call.class) {
                break;
            }
            if (candidate != null && intruder == null && !isBridgeTo(candidate, frame)) {
                intruder = candidate;
            }
            candidate = isProxy(frame) ? null : frame;
        }
        // The last frame before Leek's own is the captured lambda, and then nothing else may stand above it.
        if (intruder == null && candidate != null && !isLambda(candidate)) {
            intruder = candidate;
        }
        return Optional.ofNullable(intruder).map(CallSite::described);
    }

    private static boolean isLambda(StackFrame frame) {
        return frame.getMethodName().contains("lambda$")
                || TaskMethod.class.isAssignableFrom(frame.getDeclaringClass());
    }

    /** An inner class that implements a generic shape is called through its bridge. */
    private static boolean isBridgeTo(StackFrame callee, StackFrame caller) {
        return TaskMethod.class.isAssignableFrom(callee.getDeclaringClass())
                && callee.getDeclaringClass() == caller.getDeclaringClass();
    }

    private static boolean isProxy(StackFrame frame) {
        Class<?> type = frame.getDeclaringClass();
        String name = type.getName();
        return type == CallSite.class
                || type == Capture.class
                || type == TaskInterceptor.class
                || name.contains("$$SpringCGLIB$$")
                || name.startsWith("java.lang.reflect.")
                || name.startsWith("jdk.internal.reflect.")
                || name.startsWith("org.springframework.aop.")
                || name.startsWith("org.springframework.cglib.")
                || name.startsWith("org.springframework.dao.support.")
                || Proxy.isProxyClass(type);
    }

    private static String described(StackFrame frame) {
        return frame.toStackTraceElement().toString();
    }
}

package io.leek.spring.offload;

import io.leek.TaskCaptureException;
import io.leek.TaskMethod;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;

/**
 * Looks into a method reference before it is called: on an object that is no proxy it would do the work here and now.
 * A lambda's own code can't be looked into.
 */
final class MethodReference {

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return Shape.of(type);
        }
    };

    private MethodReference() {}

    /**
     * The object whose task method the reference calls; null for a lambda.
     *
     * @throws TaskCaptureException where that object is neither the proxy of a task bean nor a known mock
     */
    static @Nullable Object check(Call call, MockCalls mocks) {
        SerializedLambda form = form(call.source());
        return form == null
                ? null
                : check(form, form.getCapturedArgCount() > 0 ? form.getCapturedArg(0) : call.firstArgument(), mocks);
    }

    /** Checks a reference that is kept for later, as far as its receiver is known already. */
    static void checkBound(TaskMethod reference, MockCalls mocks) {
        SerializedLambda form = form(reference);
        if (form != null && form.getCapturedArgCount() > 0) {
            check(form, form.getCapturedArg(0), mocks);
        }
    }

    private static @Nullable SerializedLambda form(TaskMethod source) {
        Shape shape = SHAPES.get(source.getClass());
        SerializedLambda form = shape.isLambda ? null : shape.read(source);
        if (form == null || form.getImplMethodName().contains("lambda$")) {
            shape.isLambda = true;
            return null;
        }
        return form;
    }

    private static Object check(SerializedLambda form, @Nullable Object receiver, MockCalls mocks) {
        String method = form.getImplMethodName();
        if (form.getImplMethodKind() == MethodHandleInfo.REF_invokeStatic
                || form.getImplMethodKind() == MethodHandleInfo.REF_newInvokeSpecial) {
            throw new TaskCaptureException("The reference %s::%s is to no bean's method. A task is an @LeekTask method"
                            .formatted(form.getImplClass().replace('/', '.'), method)
                    + " of a Spring bean. Nothing was run or sent.");
        }
        if (receiver == null) {
            throw new TaskCaptureException(
                    "The reference ::" + method + " is to a method of null. Nothing was run or sent.");
        }
        if (mocks.isMock(receiver) || isProxyOfTask(receiver, method)) {
            return receiver;
        }
        throw new TaskCaptureException(refusal(receiver, method));
    }

    private static boolean isProxyOfTask(Object receiver, String method) {
        return AopUtils.isAopProxy(receiver)
                && (TaskAnnotations.anyNamed(method, AopProxyUtils.ultimateTargetClass(receiver))
                        || TaskAnnotations.anyNamed(method, receiver.getClass()));
    }

    private static String refusal(Object receiver, String method) {
        Class<?> type = AopProxyUtils.ultimateTargetClass(receiver);
        String simple = type.getSimpleName();
        if (!TaskAnnotations.anyNamed(method, type)) {
            return "%s.%s is no task method. Put @LeekTask on it. Nothing was run or sent."
                    .formatted(type.getName(), method);
        }
        return ("The reference ::%s is to a %s that is not the Spring bean's proxy, so that Leek can't see the call. Inside"
                        + " %s itself, this::%s and this.%s(…) are such calls: use"
                        + " leek.offload(%s.class, bean -> bean.%s(…)) there, and the injected bean elsewhere. Nothing was"
                        + " run or sent.")
                .formatted(method, type.getName(), simple, method, method, simple, method);
    }

    /** How to read the references made at one place of the code; the same for all of them. */
    private static final class Shape {

        private final @Nullable Method writeReplace;
        private volatile boolean isLambda;

        private Shape(@Nullable Method writeReplace) {
            this.writeReplace = writeReplace;
        }

        static Shape of(Class<?> type) {
            try {
                Method method = type.getDeclaredMethod("writeReplace");
                method.setAccessible(true);
                return new Shape(method);
            } catch (NoSuchMethodException | RuntimeException e) {
                // An ordinary class, or one of a module that is closed to us: as opaque as a lambda's code.
                return new Shape(null);
            }
        }

        @Nullable
        SerializedLambda read(Object reference) {
            try {
                return writeReplace != null && writeReplace.invoke(reference) instanceof SerializedLambda form
                        ? form
                        : null;
            } catch (ReflectiveOperationException e) {
                return null;
            }
        }
    }
}

package io.leek.spring.offload;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Records a call of a task method during a capture; any other call goes on as if nothing were there. */
final class TaskInterceptor implements MethodInterceptor {

    private final String beanName;
    private final Class<?> targetClass;
    private final Map<Method, Method> specific = new ConcurrentHashMap<>();

    TaskInterceptor(String beanName, Class<?> targetClass) {
        this.beanName = beanName;
        this.targetClass = targetClass;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Capture capture = Capture.current();
        if (capture == null) {
            return invocation.proceed();
        }
        Method method = specific.computeIfAbsent(
                invocation.getMethod(), called -> TaskAnnotations.specific(called, targetClass));
        return capture.record(new RecordedCall(beanName, method, invocation.getArguments()));
    }
}

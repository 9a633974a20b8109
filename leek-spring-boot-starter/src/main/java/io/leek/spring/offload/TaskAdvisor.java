package io.leek.spring.offload;

import java.lang.reflect.Method;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;

/** Puts the recorder on the task methods of a bean, and on no other method. */
final class TaskAdvisor extends DefaultPointcutAdvisor {

    private static final long serialVersionUID = 1L;

    /** One for all: Spring caches proxy classes by it, and a prototype would get a new class for each instance. */
    private static final TaskMethodPointcut POINTCUT = new TaskMethodPointcut();

    TaskAdvisor(String beanName, Class<?> targetClass) {
        super(POINTCUT, new TaskInterceptor(beanName, targetClass));
    }

    private static final class TaskMethodPointcut extends StaticMethodMatcherPointcut {

        @Override
        public boolean matches(Method method, Class<?> targetClass) {
            return TaskAnnotations.isTask(method, targetClass);
        }
    }
}

package io.leek.spring.offload;

import io.leek.spring.tx.TransactionCompletion;
import java.lang.reflect.Method;
import org.springframework.aop.Advisor;
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

    /** What ends attempts in the transactions of task methods: the last of a proxy's advice, so inside of them. */
    static Advisor ofTransactions() {
        return new DefaultPointcutAdvisor(POINTCUT, new TransactionCompletion.Interceptor());
    }

    private static final class TaskMethodPointcut extends StaticMethodMatcherPointcut {

        @Override
        public boolean matches(Method method, Class<?> targetClass) {
            return TaskAnnotations.isTask(method, targetClass);
        }
    }
}

package io.leek.spring.offload;

import io.leek.LeekTask;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Finds task methods in bean definitions, without making any bean: lazy ones count too. */
final class TaskScan {

    private static final String SCOPED_TARGET = "scopedTarget.";

    private final ConfigurableListableBeanFactory beanFactory;

    TaskScan(ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    /**
     * One task method of one bean.
     *
     * @param scope the scope of the bean, empty for a singleton
     */
    record Found(String beanName, Class<?> beanClass, String scope, Method method, LeekTask annotation) {}

    /** The name by which the bean is known to users: that of the scoped proxy, not of its target. */
    static String plainName(String beanName) {
        return beanName.startsWith(SCOPED_TARGET) ? beanName.substring(SCOPED_TARGET.length()) : beanName;
    }

    List<Found> taskMethods() {
        List<Found> found = new ArrayList<>();
        for (Iterator<String> names = beanFactory.getBeanNamesIterator(); names.hasNext(); ) {
            String name = names.next();
            if (!ScopedProxyUtils.isScopedTarget(name)) {
                found.addAll(taskMethods(name));
            }
        }
        return found;
    }

    private List<Found> taskMethods(String name) {
        String target = SCOPED_TARGET + name;
        String source = beanFactory.containsBeanDefinition(target) ? target : name;
        Class<?> type = classOf(source);
        if (type == null) {
            return List.of();
        }
        String scope = scopeOf(source);
        Map<Method, LeekTask> methods = TaskAnnotations.of(type);
        return methods.entrySet().stream()
                .map(method -> new Found(name, type, scope, method.getKey(), method.getValue()))
                .toList();
    }

    private String scopeOf(String name) {
        BeanDefinition definition = definition(name);
        String scope = definition == null ? null : definition.getScope();
        return scope == null || scope.equals(BeanDefinition.SCOPE_SINGLETON) ? "" : scope;
    }

    private @Nullable Class<?> classOf(String name) {
        try {
            BeanDefinition definition = definition(name);
            if (definition != null && definition.isAbstract()) {
                return null;
            }
            if (definition != null
                    && definition.getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE)
                            instanceof Class<?> type) {
                return ClassUtils.getUserClass(type);
            }
            Object singleton = beanFactory.getSingleton(name);
            if (singleton != null && !(singleton instanceof org.springframework.beans.factory.FactoryBean<?>)) {
                return ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(singleton));
            }
            Class<?> type = beanFactory.getType(name, false);
            return type == null ? null : ClassUtils.getUserClass(type);
        } catch (BeansException | LinkageError e) {
            // A bean whose class can't be loaded fails, or not, as it would without Leek.
            return null;
        }
    }

    private @Nullable BeanDefinition definition(String name) {
        String plain = name.startsWith(BeanFactory.FACTORY_BEAN_PREFIX) ? name.substring(1) : name;
        return beanFactory.containsBeanDefinition(plain) ? beanFactory.getMergedBeanDefinition(plain) : null;
    }
}

package io.leek.spring.offload;

import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.ProxyProcessorSupport;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.core.SmartClassLoader;
import org.springframework.util.ClassUtils;

/**
 * Gives every bean with task methods the recorder: at the front of the proxy it already has, so that a captured call
 * starts no transaction and checks no permission, or in a proxy of its own.
 */
final class TaskBeanPostProcessor extends ProxyProcessorSupport
        implements SmartInstantiationAwareBeanPostProcessor, BeanFactoryAware {

    private static final long serialVersionUID = 1L;

    private final transient Set<String> earlyReferences = ConcurrentHashMap.newKeySet();
    private transient @Nullable ConfigurableListableBeanFactory beanFactory;

    TaskBeanPostProcessor(boolean proxyTargetClass) {
        setProxyTargetClass(proxyTargetClass);
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        this.beanFactory = beanFactory instanceof ConfigurableListableBeanFactory listable ? listable : null;
    }

    @Override
    public Object getEarlyBeanReference(Object bean, String beanName) {
        earlyReferences.add(beanName);
        return withRecorder(bean, beanName);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        return earlyReferences.remove(beanName) ? bean : withRecorder(bean, beanName);
    }

    @Override
    public Class<?> determineBeanType(Class<?> beanClass, String beanName) {
        if (!isCandidate(beanClass, beanName) || !TaskAnnotations.anyIn(beanClass)) {
            return beanClass;
        }
        ProxyFactory proxy = new ProxyFactory();
        proxy.setTargetClass(beanClass);
        prepare(proxy, beanClass, beanName);
        return isUnreachable(proxy, beanClass) ? beanClass : proxy.getProxyClass(classLoader(beanClass));
    }

    private Object withRecorder(Object bean, String beanName) {
        Class<?> targetClass = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
        if (!isCandidate(bean.getClass(), beanName) || !TaskAnnotations.anyIn(targetClass)) {
            return bean;
        }
        if (bean instanceof Advised advised && !advised.isFrozen()) {
            advised.addAdvisor(0, new TaskAdvisor(TaskScan.plainName(beanName), targetClass));
            if (TransactionSupport.HAS_JDBC) {
                advised.addAdvisor(TaskAdvisor.ofTransactions());
            }
            return bean;
        }
        ProxyFactory proxy = new ProxyFactory();
        proxy.setTarget(bean);
        prepare(proxy, bean.getClass(), beanName);
        if (isUnreachable(proxy, bean.getClass())) {
            return bean;
        }
        remember(targetClass, beanName);
        return proxy.getProxy(classLoader(bean.getClass()));
    }

    private void prepare(ProxyFactory proxy, Class<?> beanClass, String beanName) {
        proxy.copyFrom(this);
        if (Modifier.isFinal(beanClass.getModifiers())
                || Proxy.isProxyClass(beanClass)
                || ClassUtils.isLambdaClass(beanClass)) {
            proxy.setProxyTargetClass(false);
            evaluateProxyInterfaces(beanClass, proxy);
        } else if (beanFactory != null && AutoProxyUtils.shouldProxyTargetClass(beanFactory, beanName)) {
            proxy.setProxyTargetClass(true);
        } else if (!proxy.isProxyTargetClass()) {
            evaluateProxyInterfaces(beanClass, proxy);
        }
        proxy.addAdvisor(new TaskAdvisor(TaskScan.plainName(beanName), ClassUtils.getUserClass(beanClass)));
    }

    /** Left alone here: the registry refuses it with the reason, which Spring's own exception would not give. */
    private static boolean isUnreachable(ProxyFactory proxy, Class<?> beanClass) {
        return proxy.isProxyTargetClass() && Modifier.isFinal(beanClass.getModifiers());
    }

    /** A JDK proxy hides its class; Spring's own proxies leave it here for whoever looks for annotations. */
    private void remember(Class<?> targetClass, String beanName) {
        if (beanFactory != null && beanFactory.containsBeanDefinition(beanName)) {
            beanFactory
                    .getMergedBeanDefinition(beanName)
                    .setAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE, targetClass);
        }
    }

    /** A scoped proxy is infrastructure: its target has the recorder. Of a factory only the product counts. */
    private static boolean isCandidate(Class<?> beanClass, String beanName) {
        return !AopInfrastructureBean.class.isAssignableFrom(beanClass)
                && !FactoryBean.class.isAssignableFrom(beanClass)
                && !beanName.endsWith(AutowireCapableBeanFactory.ORIGINAL_INSTANCE_SUFFIX);
    }

    private @Nullable ClassLoader classLoader(Class<?> beanClass) {
        ClassLoader classLoader = getProxyClassLoader();
        return classLoader instanceof SmartClassLoader smart && classLoader != beanClass.getClassLoader()
                ? smart.getOriginalClassLoader()
                : classLoader;
    }
}

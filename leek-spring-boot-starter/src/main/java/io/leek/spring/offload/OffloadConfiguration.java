package io.leek.spring.offload;

import io.leek.Leek;
import io.leek.client.TaskGateway;
import io.leek.spring.tx.ReactiveThreads;
import io.leek.spring.tx.TransactionGateway;
import io.leek.spring.tx.TransactionWrites;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.transaction.ReactiveTransactionManager;
import tools.jackson.databind.JacksonModule;

/** What offloading needs beside a {@link TaskGateway}: the recorder, the registered task methods, and {@link Leek}. */
@Configuration(proxyBeanMethods = false)
public class OffloadConfiguration {

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static TaskBeanPostProcessor leekTaskBeanPostProcessor(Environment environment) {
        return new TaskBeanPostProcessor(environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
    }

    @Bean
    LeekJson leekJson(ObjectProvider<JacksonModule> modules, ObjectProvider<LeekJsonCustomizer> customizers) {
        return new LeekJson(
                modules.orderedStream().toList(), customizers.orderedStream().toList());
    }

    /** Never lazy: an application whose task methods can't be offloaded must not start. */
    @Bean
    @Lazy(false)
    TaskMethods leekTaskMethods(ConfigurableListableBeanFactory beanFactory, LeekJson json) {
        return new TaskMethods(beanFactory, json);
    }

    @Bean
    @ConditionalOnMissingBean
    Leek leek(
            TaskGateway gateway,
            TaskMethods methods,
            LeekJson json,
            ConfigurableListableBeanFactory beanFactory,
            ObjectProvider<OwnWorker> worker,
            ObjectProvider<MockCalls> mocks,
            ObjectProvider<OffloadSettings> settings) {
        return new SpringLeek(
                new Offloader(
                        methods,
                        json,
                        new TaskResults(aroundTransactions(gateway, beanFactory), json, worker::getIfAvailable),
                        mocks.getIfAvailable(() -> MockCalls.NONE),
                        settings.getIfAvailable(OffloadSettings::defaults)),
                new TaskBeans(beanFactory));
    }

    private static TaskGateway aroundTransactions(TaskGateway gateway, ListableBeanFactory beanFactory) {
        return TransactionSupport.HAS_TRANSACTIONS ? Transactions.around(gateway, beanFactory) : gateway;
    }

    /** Apart, so that the class above loads without spring-tx. */
    private static final class Transactions {

        static TaskGateway around(TaskGateway gateway, ListableBeanFactory beanFactory) {
            return new TransactionGateway(
                    gateway,
                    beanFactory
                            .getBeanProvider(TransactionWrites.class)
                            .orderedStream()
                            .toList(),
                    new ReactiveThreads(() ->
                            beanFactory.getBeanNamesForType(ReactiveTransactionManager.class, true, false).length > 0));
        }
    }
}

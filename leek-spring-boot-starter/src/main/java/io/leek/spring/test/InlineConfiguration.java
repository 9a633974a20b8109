package io.leek.spring.test;

import io.leek.spring.offload.MockCalls;
import io.leek.spring.offload.OffloadSettings;
import io.leek.spring.tx.OutsideTransaction;
import io.leek.worker.TaskHandlers;
import java.time.Clock;
import java.util.concurrent.Executor;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.ClassUtils;

/** What {@code leek.mode=inline} puts in the place of a connection to a server. */
@Configuration(proxyBeanMethods = false)
public class InlineConfiguration {

    @Bean
    InlineGateway leekTaskGateway(
            TaskHandlers handlers, ListableBeanFactory beanFactory, ObjectProvider<OffloadSettings> settings) {
        Clock clock = settings.getIfAvailable(OffloadSettings::defaults).clock();
        return new InlineGateway(handlers, outsideTransaction(beanFactory), clock);
    }

    private static Executor outsideTransaction(ListableBeanFactory beanFactory) {
        boolean transactions = ClassUtils.isPresent(
                "org.springframework.transaction.PlatformTransactionManager",
                InlineConfiguration.class.getClassLoader());
        return transactions ? Transactions.outside(beanFactory) : Runnable::run;
    }

    /** Apart, so that the class above loads without spring-tx. */
    private static final class Transactions {

        static Executor outside(ListableBeanFactory beanFactory) {
            return new OutsideTransaction(beanFactory.getBeanProvider(PlatformTransactionManager.class));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.mockito.Mockito")
    static class Mocks {

        @Bean
        MockCalls leekMockCalls() {
            return new MockitoCalls();
        }
    }
}

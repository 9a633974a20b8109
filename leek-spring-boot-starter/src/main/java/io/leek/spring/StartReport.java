package io.leek.spring;

import io.leek.log.SettingsLine;
import io.leek.spring.LeekProperties.Role;
import io.leek.spring.tx.ApplicationStores;
import io.leek.spring.tx.Guarantee;
import io.leek.spring.tx.Outbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.ClassUtils;

/** Says once the application is up which way Leek runs in it, what it promises and what is set. */
class StartReport implements ApplicationListener<ContextRefreshedEvent> {

    private static final Logger log = LoggerFactory.getLogger("io.leek");

    private final ConfigurableApplicationContext context;
    private final LeekProperties properties;
    private final ServerLocation location;
    private final ObjectProvider<WorkerLifecycle> worker;

    StartReport(
            ConfigurableApplicationContext context,
            LeekProperties properties,
            ServerLocation location,
            ObjectProvider<WorkerLifecycle> worker) {
        this.context = context;
        this.properties = properties;
        this.location = location;
        this.worker = worker;
    }

    @Override
    public void onApplicationEvent(ContextRefreshedEvent event) {
        // Events of child contexts arrive here too.
        ApplicationContext refreshed = event.getApplicationContext();
        if (refreshed != context) {
            return;
        }
        WorkerLifecycle runs = worker.getIfAvailable();
        log.info(
                "Leek runs {}. {}. Outside a transaction a task is durable when offload returns. {}",
                location.description().get(),
                runs == null ? "This process runs no tasks" : runs,
                guarantee());
        if (properties.role() == Role.WORKER) {
            new RunInBoth(context.getBeanFactory()).say(log);
        }
        SettingsLine.say(
                EnvironmentSettings.of(context.getEnvironment()), getClass().getClassLoader(), log);
    }

    private Guarantee guarantee() {
        boolean hasTransactions = ClassUtils.isPresent(
                "org.springframework.transaction.PlatformTransactionManager",
                getClass().getClassLoader());
        return hasTransactions ? Transactions.guarantee(context) : Guarantee.NO_TRANSACTIONS;
    }

    /** Apart, so that the class above loads without spring-tx. */
    private static final class Transactions {

        static Guarantee guarantee(ApplicationContext context) {
            boolean hasManager = context.getBeanNamesForType(PlatformTransactionManager.class, true, false).length > 0;
            return Guarantee.of(
                    hasManager,
                    context.getBeanProvider(ApplicationStores.class).getIfAvailable(),
                    context.getBeanProvider(Outbox.class).getIfAvailable());
        }
    }
}

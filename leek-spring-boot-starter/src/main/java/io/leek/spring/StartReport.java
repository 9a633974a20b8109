package io.leek.spring;

import io.leek.log.SettingsLine;
import io.leek.spring.LeekProperties.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;

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
                "Leek runs {}. {}. What is offloaded outside a transaction is durable when offload returns; inside one it"
                        + " is sent after the commit, and a crash between the two loses it. A task runs at least once",
                location.description().get(),
                runs == null ? "This process runs no tasks" : runs);
        if (properties.role() == Role.WORKER) {
            new RunInBoth(context.getBeanFactory()).say(log);
        }
        SettingsLine.say(
                EnvironmentSettings.of(context.getEnvironment()), getClass().getClassLoader(), log);
    }
}

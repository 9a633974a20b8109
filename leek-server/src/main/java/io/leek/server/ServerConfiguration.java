package io.leek.server;

import io.leek.server.dispatch.Attempts;
import io.leek.server.dispatch.Dispatcher;
import io.leek.server.dispatch.Intake;
import io.leek.server.dispatch.Joining;
import io.leek.server.dispatch.QueueLimit;
import io.leek.server.dispatch.Waits;
import io.leek.server.listen.Limits;
import io.leek.server.listen.Listener;
import io.leek.server.listen.Requests;
import io.leek.server.recovery.Clocks;
import io.leek.server.recovery.Retention;
import io.leek.server.recovery.Upkeep;
import io.leek.server.recurring.RecurringTasks;
import io.leek.server.store.Committer;
import io.leek.server.store.StoreConfiguration;
import io.leek.server.store.TaskStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Import;

/** The server's parts, in a context of their own whichever way it runs. */
@Configuration(proxyBeanMethods = false)
@Import(StoreConfiguration.class)
class ServerConfiguration {

    /** This life of the server: another at each start. */
    record ServerId(String value) {}

    @Bean
    ServerId serverId() {
        return new ServerId(UUID.randomUUID().toString());
    }

    @Bean(destroyMethod = "close")
    Committer committer(TaskStore store) {
        return new Committer(store);
    }

    /** Reads wait for commits, so the committer is there for as long as they are. */
    @Bean(destroyMethod = "close")
    @DependsOn("committer")
    ExecutorService storeReads() {
        return new ReadThread("leek-read");
    }

    /** Of its own, so that no look-up, however long, holds up what is to be handed out. */
    @Bean(destroyMethod = "close")
    @DependsOn("committer")
    ExecutorService storeQueries() {
        return new ReadThread("leek-query");
    }

    @Bean(destroyMethod = "stop")
    Dispatcher dispatcher(
            TaskStore store,
            Committer committer,
            ExecutorService storeReads,
            Clock clock,
            ServerSettings settings,
            ServerId serverId) {
        return new Dispatcher(
                store,
                committer,
                storeReads,
                clock,
                System::nanoTime,
                serverId.value(),
                settings.rules().maxCrashes(),
                settings.rules().queues());
    }

    @Bean
    Attempts attempts(
            TaskStore store,
            Committer committer,
            Dispatcher dispatcher,
            ExecutorService storeReads,
            Clock clock,
            ServerSettings settings) {
        return new Attempts(
                store,
                committer,
                dispatcher,
                storeReads,
                clock,
                settings.rules().maxCrashes(),
                new SecureRandom());
    }

    @Bean
    Joining joining(
            TaskStore store,
            Committer committer,
            Dispatcher dispatcher,
            Attempts attempts,
            ExecutorService storeReads,
            Clock clock,
            ServerId serverId) {
        return new Joining(
                store, committer, dispatcher, attempts, storeReads, clock, System::nanoTime, serverId.value());
    }

    @Bean
    Waits waits(TaskStore store, Committer committer, ExecutorService storeQueries) {
        return new Waits(store, committer, storeQueries);
    }

    @Bean(destroyMethod = "close")
    Upkeep upkeep(
            TaskStore store,
            Committer committer,
            Dispatcher dispatcher,
            Attempts attempts,
            Waits waits,
            Clock clock,
            ServerSettings settings,
            ServerId serverId) {
        return new Upkeep(
                store,
                committer,
                dispatcher,
                attempts,
                waits,
                new Clocks(clock, System::nanoTime, store::databaseTime),
                new Upkeep.Settings(serverId.value(), settings.rules().unknownAfter()));
    }

    @Bean(destroyMethod = "close")
    Retention retention(TaskStore store, Clock clock, ServerSettings settings) {
        return new Retention(store, clock, System::nanoTime, settings.rules().retention());
    }

    @Bean(destroyMethod = "close")
    RecurringTasks recurringTasks(TaskStore store, Committer committer, Dispatcher dispatcher, Clock clock) {
        return new RecurringTasks(
                store,
                committer,
                new Intake(committer, dispatcher, clock),
                dispatcher::isSuspended,
                clock,
                System::nanoTime);
    }

    @Bean
    Requests requests(
            TaskStore store,
            Committer committer,
            Dispatcher dispatcher,
            Attempts attempts,
            Joining joining,
            Waits waits,
            RecurringTasks recurring,
            ExecutorService storeQueries,
            Clock clock,
            Limits limits) {
        return new Requests(
                store, committer, dispatcher, attempts, joining, waits, recurring, storeQueries, clock, limits);
    }

    @Bean
    Limits limits(TaskStore store, Committer committer, ExecutorService storeQueries, ServerSettings settings) {
        QueueLimit queue = new QueueLimit(
                store,
                committer,
                storeQueries,
                System::nanoTime,
                settings.rules().maxQueued());
        return new Limits(settings.maxLine(), queue);
    }

    @Bean(destroyMethod = "close")
    Listener listener(Requests requests, ServerSettings settings) {
        return new Listener(requests, settings.access());
    }
}

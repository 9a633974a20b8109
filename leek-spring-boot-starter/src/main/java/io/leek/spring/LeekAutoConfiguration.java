package io.leek.spring;

import io.leek.client.ClientSettings;
import io.leek.client.Connector;
import io.leek.client.ServerAddress;
import io.leek.client.TaskGateway;
import io.leek.spring.LeekProperties.Mode;
import io.leek.spring.offload.OffloadConfiguration;
import io.leek.spring.offload.OffloadSettings;
import io.leek.spring.offload.TaskMethods;
import io.leek.spring.test.InlineConfiguration;
import io.leek.spring.tx.ApplicationStores;
import io.leek.spring.tx.DirectWrites;
import io.leek.spring.tx.Outbox;
import io.leek.spring.tx.OutboxRelay;
import io.leek.spring.tx.TransactionCompletion;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.interceptor.TransactionAspectSupport;

/** Leek in a Spring Boot application. */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"
        })
@EnableConfigurationProperties(LeekProperties.class)
@Import({OffloadConfiguration.class, InAppConfiguration.class, LeekAutoConfiguration.InlineMode.class})
public class LeekAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    OffloadSettings leekOffloadSettings(LeekProperties properties) {
        return new OffloadSettings(
                properties.retry().maxRetries(), properties.retry().backoff(), Clock.systemUTC(), properties.routes());
    }

    /** Workers fetch over a connection in every mode but inline, also from a server in the same process. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnLeekMode({Mode.IN_APP, Mode.REMOTE})
    static class SocketMode {

        @Bean
        @ConditionalOnLeekMode(Mode.REMOTE)
        ServerLocation leekServerLocation(LeekProperties properties) {
            ServerAddress address = new ServerAddress(properties.host(), properties.port(), properties.password());
            String way = properties.role() == LeekProperties.Role.WORKER ? "as a worker" : "remote";
            return new ServerLocation(
                    () -> address,
                    () -> null,
                    () -> "leek-" + UUID.randomUUID(),
                    null,
                    () -> way + ": tasks are kept by the server at " + address);
        }

        /** Only where the server's own configuration could not be. */
        @Bean
        @ConditionalOnLeekMode(Mode.IN_APP)
        @ConditionalOnMissingClass(OnLeekMode.SERVER)
        ServerLocation leekServerMissing() {
            throw new ServerMissingException();
        }

        @Bean(destroyMethod = "close")
        Connector leekConnector(LeekProperties properties, ServerLocation location, Environment environment) {
            String application = environment.getProperty("spring.application.name", "application");
            ClientSettings settings =
                    new ClientSettings(location.address(), properties.client().timeout(), List.of("leek", application));
            return location.here() == null ? new Connector(settings) : Connector.local(settings);
        }

        @Bean
        @ConditionalOnMissingBean(TaskGateway.class)
        SocketGateway leekGateway(Connector connector, ServerLocation location) {
            return new SocketGateway(connector, location);
        }

        @Bean
        StartReport leekStartReport(
                ConfigurableApplicationContext context,
                LeekProperties properties,
                ServerLocation location,
                ObjectProvider<WorkerLifecycle> worker) {
            return new StartReport(context, properties, location, worker);
        }

        /** Where the application has databases, one of which may be the server's. */
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass({JdbcTemplate.class, TransactionAspectSupport.class})
        @ConditionalOnMissingBean(TaskGateway.class)
        static class OwnDatabases {

            @Bean
            ApplicationStores leekApplicationStores(
                    ObjectProvider<DataSource> dataSources, SocketGateway gateway, LeekProperties properties) {
                return new ApplicationStores(
                        () -> dataSources.stream().toList(), gateway::storeId, properties.schema());
            }

            @Bean(destroyMethod = "close")
            DirectWrites leekDirectWrites(ApplicationStores stores, SocketGateway gateway) {
                return new DirectWrites(stores, gateway);
            }

            @Bean
            @ConditionalOnBooleanProperty("leek.outbox")
            Outbox leekOutbox(
                    ObjectProvider<DataSource> dataSources, ApplicationStores stores, OffloadSettings settings) {
                return new Outbox(() -> dataSources.stream().toList(), stores, settings.clock());
            }

            @Bean(destroyMethod = "close")
            @ConditionalOnBooleanProperty("leek.outbox")
            OutboxRelay leekOutboxRelay(Outbox outbox, SocketGateway gateway) {
                return new OutboxRelay(outbox, gateway);
            }

            @Bean
            TransactionCompletion leekTransactionCompletion(ApplicationStores stores) {
                return new TransactionCompletion(stores);
            }
        }

        @Bean
        @Conditional(OnWorker.class)
        WorkerLifecycle leekWorker(
                Connector connector,
                LeekProperties properties,
                ServerLocation location,
                TaskMethods methods,
                Environment environment) {
            WorkerThreads threads =
                    Threading.VIRTUAL.isActive(environment) ? WorkerThreads::virtual : WorkerThreads::platform;
            return new WorkerLifecycle(connector, properties, location.workerId(), methods, threads);
        }

        @Bean
        @Conditional(OnSupervised.class)
        SupervisorWatch leekSupervisorWatch() {
            return new SupervisorWatch(System.in);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnLeekMode(Mode.INLINE)
    @Import(InlineConfiguration.class)
    static class InlineMode {}
}

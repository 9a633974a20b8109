package io.leek.server;

import io.leek.server.app.App;
import io.leek.server.app.AppProperties;
import io.leek.server.app.AppSupervisor;
import io.leek.server.listen.Access;
import io.leek.server.store.StoreSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.Banner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Import;

/** The companion: {@code java -jar leek-server.jar [app.jar]}, or {@code health} to ask after one that runs. */
@Configuration(proxyBeanMethods = false)
@Import(CompanionReport.class)
@EnableConfigurationProperties({
    ServerProperties.class,
    RetentionProperties.class,
    QueuesProperties.class,
    CompanionProperties.class,
    AppProperties.class
})
public class LeekServerApplication {

    private static final Logger log = LoggerFactory.getLogger(LeekServerApplication.class);

    /** What the libraries below say of themselves is no news to somebody who runs a queue. */
    private static final Map<String, Object> QUIET_LIBRARIES = Map.of(
            "spring.application.name", "leek-server",
            "logging.level.com.zaxxer.hikari", "warn",
            "logging.level.org.flywaydb", "warn",
            "logging.level.org.flywaydb.core.internal.database.base.Database", "error",
            "logging.level.org.hibernate", "warn",
            // Each failure would be said twice.
            "logging.level.org.springframework.context.annotation.AnnotationConfigApplicationContext", "error",
            "logging.level.com.zaxxer.hikari.pool.HikariPool", "off",
            "logging.level.org.springframework.orm", "warn",
            "logging.level.org.springframework.data", "warn");

    public static void main(String[] args) {
        if (HealthCommand.isMeant(args)) {
            System.exit(HealthCommand.run(args, System.out, System.err));
        }
        SpringApplication application = new SpringApplication(LeekServerApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.setDefaultProperties(QUIET_LIBRARIES);
        // The server's own threads are daemons.
        application.setKeepAlive(true);
        CompanionFailureReporter.use();
        SecondSignal.endsAtOnce();
        ConfigurableApplicationContext context;
        try {
            context = application.run(args);
        } catch (RuntimeException | Error reported) {
            System.exit(StartFailure.of(reported)
                    .map(StartFailure::exitCode)
                    .orElse(ExitCode.UNEXPECTED)
                    .number());
            return;
        }
        context.getBeanProvider(AppSupervisor.class).ifAvailable(app -> exitWhenFailed(context, app));
    }

    /** Looked at before the store is opened, so that a mistake costs nothing. */
    @Bean
    @Nullable
    App app(AppProperties properties, ApplicationArguments arguments) {
        return App.of(properties, arguments.getNonOptionArgs());
    }

    @Bean(destroyMethod = "close")
    @DependsOn("app")
    LeekServer leekServer(
            ServerProperties server,
            RetentionProperties retention,
            QueuesProperties queues,
            CompanionProperties companion) {
        StoreSettings store = new StoreSettings(location(server), companion.schema(), server.migrate());
        return LeekServer.start(ServerSettings.of(
                server,
                retention,
                queues,
                store,
                companion.bind().stream().map(BindAddress::parse).toList(),
                new Access(companion.password(), server.allowWeakHash())));
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    @Nullable
    AppSupervisor appSupervisor(LeekServer server, ObjectProvider<App> app, CompanionProperties companion) {
        App present = app.getIfAvailable();
        return present == null ? null : new AppSupervisor(server, present, companion.password());
    }

    private static StoreSettings.Location location(ServerProperties server) {
        ServerProperties.Datasource datasource = server.datasource();
        if (datasource == null || datasource.url() == null) {
            return new StoreSettings.Location.File(server.dataDir());
        }
        return new StoreSettings.Location.Jdbc(datasource.url(), datasource.username(), datasource.password());
    }

    private static void exitWhenFailed(ConfigurableApplicationContext context, AppSupervisor app) {
        app.failed().whenComplete((nothing, error) -> {
            StartFailure failure = StartFailure.of(error).orElseThrow();
            log.error("{}", failure.line());
            ExitCodeGenerator exitCode = failure.exitCode()::number;
            // Not on this thread: it is the supervisor's own, which closing waits for, and a daemon.
            Thread exit = new Thread(() -> System.exit(SpringApplication.exit(context, exitCode)), "leek-exit");
            exit.setDaemon(false);
            exit.start();
        });
    }
}

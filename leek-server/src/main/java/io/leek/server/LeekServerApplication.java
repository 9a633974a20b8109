package io.leek.server;

import io.leek.server.app.AppProperties;
import io.leek.server.app.AppSupervisor;
import io.leek.server.listen.Access;
import io.leek.server.store.StoreSettings;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.Banner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The companion: {@code java -jar leek-server.jar [app.jar]}, or {@code health} to ask after one that runs. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ServerProperties.class, CompanionProperties.class, AppProperties.class})
public class LeekServerApplication {

    private static final Logger log = LoggerFactory.getLogger(LeekServerApplication.class);

    /** The application could not be run as a worker. */
    private static final int APP_FAILED = 3;

    /** What the libraries below say of themselves is no news to somebody who runs a queue. */
    private static final Map<String, Object> QUIET_LIBRARIES = Map.of(
            "spring.application.name", "leek-server",
            "logging.level.com.zaxxer.hikari", "warn",
            "logging.level.org.flywaydb", "warn",
            "logging.level.org.flywaydb.core.internal.database.base.Database", "error",
            "logging.level.org.hibernate", "warn",
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
        ConfigurableApplicationContext context = application.run(args);
        context.getBeanProvider(AppSupervisor.class).ifAvailable(app -> exitWhenFailed(context, app));
    }

    @Bean(destroyMethod = "close")
    LeekServer leekServer(ServerProperties server, CompanionProperties companion) {
        StoreSettings store = new StoreSettings(location(server), companion.schema(), server.migrate());
        return LeekServer.start(ServerSettings.of(
                server,
                store,
                companion.bind().stream().map(BindAddress::parse).toList(),
                new Access(companion.password(), server.allowWeakHash())));
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    @Nullable
    AppSupervisor appSupervisor(
            LeekServer server, AppProperties app, CompanionProperties companion, ApplicationArguments arguments) {
        Path jar = app.jar();
        if (jar == null && !arguments.getNonOptionArgs().isEmpty()) {
            jar = Path.of(arguments.getNonOptionArgs().get(0));
        }
        return jar == null ? null : new AppSupervisor(server, app, jar, companion.password());
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
            log.error(error.getMessage());
            // Not on this thread: it is the supervisor's own, which closing waits for, and a daemon.
            Thread exit = new Thread(
                    () -> System.exit(SpringApplication.exit(context, (ExitCodeGenerator) () -> APP_FAILED)),
                    "leek-exit");
            exit.setDaemon(false);
            exit.start();
        });
    }
}

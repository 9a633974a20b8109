package io.leek.spring;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** In role worker an application starts without a web server, and with the profile {@code leek-worker} added. */
class WorkerRole implements EnvironmentPostProcessor, Ordered {

    static final String PROFILE = "leek-worker";

    private static final String SOURCE = "leekWorkerRole";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        boolean isDone = environment.getPropertySources().contains(SOURCE);
        if (!isDone && "worker".equalsIgnoreCase(environment.getProperty("leek.role"))) {
            environment.addActiveProfile(PROFILE);
            environment
                    .getPropertySources()
                    .addFirst(new MapPropertySource(
                            SOURCE,
                            Map.of(
                                    "spring.main.web-application-type", "none",
                                    "management.server.port", "-1",
                                    "spring.main.keep-alive", "true")));
        }
    }

    /** Before the configuration files are read, so that those of the profile are among them. */
    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER - 1;
    }
}

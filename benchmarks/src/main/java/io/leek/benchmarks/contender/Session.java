package io.leek.benchmarks.contender;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/** A contender at work in the minimal application, until closed. */
public final class Session implements AutoCloseable {

    private final Contender contender;
    private final ConfigurableApplicationContext application;

    private Session(Contender contender, ConfigurableApplicationContext application) {
        this.contender = contender;
        this.application = application;
    }

    /** @param connections the most that the application's pool may have */
    public static Session open(Contender contender, Database database, Workers workers, int connections)
            throws Exception {
        SpringApplication application = new SpringApplication(MinimalApplication.class);
        application.addPrimarySources(contender.configuration());
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        Map<String, Object> properties = new HashMap<>(Map.of(
                "spring.datasource.url", database.url(),
                "spring.datasource.username", database.username(),
                "spring.datasource.password", database.password(),
                "spring.datasource.hikari.maximum-pool-size", connections));
        properties.putAll(contender.properties(workers));
        application.setDefaultProperties(properties);
        ConfigurableApplicationContext context = application.run();
        try {
            contender.start(context, workers);
        } catch (Exception e) {
            context.close();
            throw e;
        }
        return new Session(contender, context);
    }

    public Contender contender() {
        return contender;
    }

    /** What the application does besides. */
    public Business business() {
        return new Business(application);
    }

    @Override
    public void close() throws Exception {
        contender.close();
        application.close();
    }
}

package io.leek.server.store;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Clock;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A store opened the way the server opens it, in a context of its own. */
public record OpenStore(AnnotationConfigApplicationContext context, TaskStore store, StoreSettings.Location location)
        implements AutoCloseable {

    public static OpenStore open(StoreSettings.Location location, Clock clock) {
        return open(new StoreSettings(location, "leek", true), clock);
    }

    public static OpenStore open(StoreSettings settings, Clock clock) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean(StoreSettings.class, () -> settings);
        context.registerBean(Clock.class, () -> clock);
        if (clock instanceof TestClock) {
            context.registerBean(SharedTime.class, () -> jdbc -> clock.instant());
        }
        context.register(StoreConfiguration.class);
        context.refresh();
        return new OpenStore(context, context.getBean(TaskStore.class), settings.location());
    }

    /** SQL as people would run it, on connections of its own. */
    public JdbcTemplate sql() {
        if (location instanceof StoreSettings.Location.File file) {
            return new JdbcTemplate(new DriverManagerDataSource(
                    "jdbc:h2:file:" + file.dataDir().toAbsolutePath().resolve("leek"), "sa", ""));
        }
        if (location instanceof StoreSettings.Location.Jdbc jdbc) {
            return new JdbcTemplate(new DriverManagerDataSource(jdbc.url(), jdbc.username(), jdbc.password()));
        }
        if (((StoreSettings.Location.Pool) location).dataSource() instanceof HikariDataSource pool) {
            return new JdbcTemplate(
                    new DriverManagerDataSource(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword()));
        }
        throw new IllegalStateException("expected a pool of Hikari's, but found " + location);
    }

    @Override
    public void close() {
        context.close();
    }
}

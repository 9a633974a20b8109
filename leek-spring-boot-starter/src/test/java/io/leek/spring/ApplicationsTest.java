package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.spring.pets.Pet;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/** Adding Leek leaves an application as it was, and it can offload at once. */
class ApplicationsTest {

    @TempDir
    Path folder;

    @BeforeEach
    void forget() {
        Greeter.GREETED.clear();
    }

    @Test
    void anApplicationWithoutADatabaseKeepsTasksInLeeksOwnFile() {
        withLeek(runner()).run(context -> {
            offloadsAndRuns(context);
            assertThat(folder.resolve("leek/leek.mv.db")).exists();
            assertThat(context).doesNotHaveBean(DataSource.class).doesNotHaveBean(EntityManagerFactory.class);
        });
    }

    @Test
    void anApplicationWithOnlyAJdbcTemplateStaysAsItWas() {
        ApplicationContextRunner application = jdbc(runner());
        unchanged(application);
        withLeek(application).run(context -> {
            offloadsAndRuns(context);
            assertThat(context).doesNotHaveBean(EntityManagerFactory.class).doesNotHaveBean(Flyway.class);
            assertThat(count(context, "LEEK.SUCCESS_TASK")).isEqualTo(1);
        });
    }

    @Test
    void anApplicationWhoseDatabaseIsInMemoryGetsAFile() {
        withLeek(jdbc(runner()).withPropertyValues("spring.datasource.url=jdbc:h2:mem:application"))
                .run(context -> {
                    offloadsAndRuns(context);
                    assertThat(folder.resolve("leek/leek.mv.db")).exists();
                    assertThat(schemas(context)).doesNotContain("LEEK");
                });
    }

    @Test
    void anApplicationWithJpaAndCreateDropStaysAsItWas() {
        ApplicationContextRunner application = jpa(jdbc(runner()));
        unchanged(application);
        withLeek(application).run(context -> {
            offloadsAndRuns(context);
            assertThat(context).hasSingleBean(EntityManagerFactory.class).doesNotHaveBean(Flyway.class);
            assertThat(tables(context)).containsOnly("PET");
        });
    }

    @Test
    void anApplicationWithItsOwnFlywayMigrationsStaysAsItWas() {
        ApplicationContextRunner application = flyway(jpa(jdbc(runner())));
        unchanged(application);
        withLeek(application).run(context -> {
            offloadsAndRuns(context);
            assertThat(context).hasSingleBean(Flyway.class);
            assertThat(context.getBean(Flyway.class).info().applied()).hasSize(1);
            assertThat(tables(context)).contains("OWNER", "flyway_schema_history");
        });
    }

    @Test
    void anApplicationOnPostgresKeepsTasksInItsOwnDatabase() throws IOException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
            withLeek(flyway(jdbc(runner())))
                    .withPropertyValues(
                            "spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                            "spring.datasource.username=postgres")
                    .run(context -> {
                        offloadsAndRuns(context);
                        assertThat(count(context, "leek.success_task")).isEqualTo(1);
                        assertThat(folder.resolve("leek/leek.mv.db")).doesNotExist();
                        assertThat(context.getBean(JdbcTemplate.class)
                                        .queryForList(
                                                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
                                                String.class))
                                .containsExactlyInAnyOrder("owner", "flyway_schema_history");
                    });
        }
    }

    @Test
    void anApplicationMayGainFlywayAfterLeek() {
        withLeek(jdbc(runner())).run(ApplicationsTest::offloadsAndRuns);
        withLeek(flyway(jdbc(runner()))).run(context -> {
            offloadsAndRuns(context);
            assertThat(tables(context)).contains("OWNER");
            assertThat(count(context, "LEEK.SUCCESS_TASK")).isEqualTo(2);
        });
    }

    /** The beans and tables that an application has, with Leek and without it. */
    private void unchanged(ApplicationContextRunner application) {
        Map<String, Object> without = new TreeMap<>();
        application.run(context -> without.putAll(describe(context)));
        withLeek(application).run(context -> assertThat(describe(context)).isEqualTo(without));
    }

    private static Map<String, Object> describe(ApplicationContext context) {
        Map<String, Object> described = new TreeMap<>();
        for (Class<?> type : List.of(
                DataSource.class,
                PlatformTransactionManager.class,
                EntityManagerFactory.class,
                Flyway.class,
                JdbcTemplate.class)) {
            Map<String, String> beans = new TreeMap<>();
            context.getBeansOfType(type)
                    .forEach((name, bean) -> beans.put(name, bean.getClass().getSimpleName()));
            described.put(type.getSimpleName(), beans);
        }
        described.put("tables", tables(context));
        return described;
    }

    private static void offloadsAndRuns(ApplicationContext context) throws InterruptedException {
        Leek leek = context.getBean(Leek.class);
        Greeter greeter = context.getBean(Greeter.class);
        String id = leek.offload(() -> greeter.greet("ada")).id();
        assertThat(Greeter.GREETED.poll(20, TimeUnit.SECONDS)).isEqualTo("ada");
        assertThat(leek.find(id)).isPresent();
    }

    private static List<String> tables(ApplicationContext context) {
        return context.getBean(JdbcTemplate.class)
                .queryForList(
                        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'PUBLIC'"
                                + " ORDER BY table_name",
                        String.class);
    }

    private static List<String> schemas(ApplicationContext context) {
        return context.getBean(JdbcTemplate.class)
                .queryForList("SELECT schema_name FROM information_schema.schemata", String.class);
    }

    /** Waits for the outcome, which is committed while the next task would already run. */
    private static int count(ApplicationContext context, String table) {
        JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (jdbc.queryForObject("SELECT count(*) FROM leek.queued_task", Integer.class) > 0
                && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        return jdbc.queryForObject("SELECT count(*) FROM " + table, Integer.class);
    }

    private ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues("leek.server.data-dir=" + folder.resolve("leek"));
    }

    private ApplicationContextRunner withLeek(ApplicationContextRunner application) {
        return application.withConfiguration(AutoConfigurations.of(LeekAutoConfiguration.class));
    }

    private ApplicationContextRunner jdbc(ApplicationContextRunner runner) {
        return runner.withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        TransactionManagerCustomizationAutoConfiguration.class))
                .withPropertyValues("spring.datasource.url=jdbc:h2:file:"
                        + folder.resolve("application").toAbsolutePath());
    }

    private static ApplicationContextRunner jpa(ApplicationContextRunner runner) {
        return runner.withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
                .withPropertyValues("spring.jpa.hibernate.ddl-auto=create-drop");
    }

    private static ApplicationContextRunner flyway(ApplicationContextRunner runner) {
        return runner.withConfiguration(AutoConfigurations.of(FlywayAutoConfiguration.class))
                .withPropertyValues("spring.flyway.locations=classpath:db/application");
    }

    @Configuration(proxyBeanMethods = false)
    @AutoConfigurationPackage(basePackageClasses = Pet.class)
    static class Application {

        @Bean
        Greeter greeter() {
            return new Greeter();
        }
    }

    static class Greeter {

        static final BlockingQueue<String> GREETED = new LinkedBlockingQueue<>();

        @LeekTask
        public void greet(String name) {
            GREETED.add(name);
        }
    }
}

package io.leek.spring.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskHandle;
import io.leek.spring.LeekAutoConfiguration;
import io.leek.task.TaskQuery;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Which guarantee an application gets, by what it has; each is a row of the table in docs/guarantees.md. */
@ExtendWith(OutputCaptureExtension.class)
class GuaranteesTest {

    @TempDir
    Path folder;

    @Test
    void anApplicationWhoseDatabaseKeepsTheTasksHasThemInItsTransactions(CapturedOutput output) {
        jdbc("jdbc:h2:file:" + folder.resolve("application")).run(context -> {
            assertThat(output).contains("Guarantee 'same database'");
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            transaction(context.getBean(PlatformTransactionManager.class)).executeWithoutResult(status -> {
                still(context.getBean(Leek.class), context.getBean(Mailer.class));
                assertThat(jdbc.queryForObject("SELECT count(*) FROM leek.queued_task", Integer.class))
                        .isOne();
            });
        });
    }

    @Test
    void withAnotherDatabaseTasksAreSentAfterTheCommit(CapturedOutput output) {
        jdbc("jdbc:h2:mem:another").run(context -> {
            assertThat(output).contains("Guarantee 'another database'");
            Leek leek = context.getBean(Leek.class);
            TaskHandle<?>[] handle = new TaskHandle<?>[1];
            transaction(context.getBean(PlatformTransactionManager.class)).executeWithoutResult(status -> {
                handle[0] = still(leek, context.getBean(Mailer.class));
                assertThat(handle[0].find()).isEmpty();
            });
            assertThat(handle[0].find()).isPresent();
        });
    }

    @Test
    void withAnOutboxTasksAreKeptInTheTransactionAndSentAfterwards(CapturedOutput output) {
        withOutbox("sent").run(context -> {
            assertThat(output).contains("Guarantee 'outbox'");
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            TransactionTemplate transaction = transaction(context.getBean(PlatformTransactionManager.class));
            TaskHandle<?> handle = transaction.execute(status -> {
                TaskHandle<?> offloaded = context.getBean(Leek.class)
                        .offload(() -> context.getBean(Mailer.class).welcome("ada"));
                assertThat(outbox(jdbc)).isOne();
                assertThat(offloaded.isPendingCommit()).isTrue();
                return offloaded;
            });

            assertThat(handle.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo("welcome ada");
            transaction.executeWithoutResult(status -> {
                still(context.getBean(Leek.class), context.getBean(Mailer.class));
                status.setRollbackOnly();
            });
            assertThat(outbox(jdbc)).isZero();
        });
    }

    @Test
    void whatAProcessLeftInItsOutboxIsSentByTheNext() {
        withOutbox("left").withPropertyValues("leek.mode=remote", "leek.port=1").run(context -> {
            transaction(context.getBean(PlatformTransactionManager.class))
                    .executeWithoutResult(status -> still(context.getBean(Leek.class), context.getBean(Mailer.class)));
            assertThat(outbox(context.getBean(JdbcTemplate.class))).isOne();
        });

        withOutbox("left").run(context -> {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (outbox(jdbc) > 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.onSpinWait();
            }
            assertThat(context.getBean(Leek.class).count(TaskQuery.queued())).isOne();
        });
    }

    @Test
    void whatWasWrittenForAServerThatKeepsAnotherStoreIsSentToIt(CapturedOutput output) throws Exception {
        ApplicationContextRunner application = jdbc("jdbc:h2:file:" + folder.resolve("moved") + "");
        application.run(context -> assertThat(context).hasNotFailed());
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        application.withPropertyValues("leek.mode=remote", "leek.port=" + port).run(producer -> {
            JdbcTemplate jdbc = producer.getBean(JdbcTemplate.class);
            TaskHandle<?> handle = transaction(producer.getBean(PlatformTransactionManager.class))
                    .execute(status -> still(producer.getBean(Leek.class), producer.getBean(Mailer.class)));
            assertThat(queued(jdbc)).isOne();

            base().withPropertyValues("leek.bind=127.0.0.1:" + port).run(server -> {
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                // The log has it last, after the rows are gone.
                while (!output.getAll()
                        .contains("1 tasks were written into the tables in the application's database")) {
                    assertThat(System.nanoTime()).isLessThan(deadline);
                    Thread.onSpinWait();
                }
                assertThat(queued(jdbc)).isZero();
                assertThat(server.getBean(Leek.class).find(handle.id())).isPresent();
            });
        });
    }

    @Test
    void anOutboxWithoutItsTableStopsTheStart() {
        jdbc("jdbc:h2:mem:none").withPropertyValues("leek.outbox=true").run(context -> assertThat(context)
                .getFailure()
                .isInstanceOf(OutboxMissingException.class)
                .hasMessageContaining("no table leek_outbox"));
    }

    @Test
    void ofTwoDatabasesOnlyTheOneWithTheTasksHasThemInItsTransactions() {
        base().withUserConfiguration(TwoDatabases.class)
                .withPropertyValues("first.path=" + folder.resolve("first"))
                .run(context -> {
                    Leek leek = context.getBean(Leek.class);
                    Mailer mailer = context.getBean(Mailer.class);
                    JdbcTemplate first = new JdbcTemplate(context.getBean("first", DataSource.class));
                    transaction(context.getBean("firstManager", PlatformTransactionManager.class))
                            .executeWithoutResult(status -> {
                                still(leek, mailer);
                                assertThat(queued(first)).isOne();
                            });
                    transaction(context.getBean("secondManager", PlatformTransactionManager.class))
                            .executeWithoutResult(status -> {
                                TaskHandle<?> waiting = still(leek, mailer);
                                // A connection that only accompanies the transaction is not one that commits with it.
                                assertThat(queued(first)).isOne();
                                assertThat(still(leek, mailer).isPendingCommit())
                                        .isTrue();
                                assertThat(waiting.find()).isEmpty();
                            });
                    assertThat(queued(first)).isEqualTo(3);
                });
    }

    @Test
    void withoutATransactionManagerATaskIsSentAtOnce(CapturedOutput output) {
        base().run(context -> {
            assertThat(output).contains("Guarantee 'no transactions'");
            TaskHandle<?> handle = still(context.getBean(Leek.class), context.getBean(Mailer.class));
            assertThat(handle.isPendingCommit()).isFalse();
            assertThat(handle.find()).isPresent();
        });
    }

    private static TaskHandle<?> still(Leek leek, Mailer mailer) {
        return leek.with().queue("still").offload(() -> mailer.welcome("ada"));
    }

    private static int outbox(JdbcTemplate jdbc) {
        return jdbc.queryForObject("SELECT count(*) FROM leek_outbox", Integer.class);
    }

    private static int queued(JdbcTemplate jdbc) {
        return jdbc.queryForObject("SELECT count(*) FROM leek.queued_task", Integer.class);
    }

    private static TransactionTemplate transaction(PlatformTransactionManager manager) {
        return new TransactionTemplate(manager);
    }

    private ApplicationContextRunner base() {
        return new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withConfiguration(AutoConfigurations.of(LeekAutoConfiguration.class))
                .withPropertyValues("leek.server.data-dir=" + folder.resolve("leek"));
    }

    private ApplicationContextRunner jdbc(String url) {
        return base().withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        TransactionAutoConfiguration.class))
                .withPropertyValues("spring.datasource.url=" + url);
    }

    private ApplicationContextRunner withOutbox(String database) {
        String url = "jdbc:h2:mem:" + database + ";DB_CLOSE_DELAY=-1";
        try (SingleConnectionDataSource connection = new SingleConnectionDataSource(url, "sa", "", false)) {
            new JdbcTemplate(connection).execute(Outbox.TABLE.replace("TABLE", "TABLE IF NOT EXISTS"));
        }
        return jdbc(url)
                .withPropertyValues("spring.datasource.username=sa", "spring.datasource.password=", "leek.outbox=true");
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        Mailer mailer() {
            return new Mailer();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDatabases {

        @Bean
        @Primary
        DataSource first(Environment environment) {
            return new DriverManagerDataSource("jdbc:h2:file:" + environment.getRequiredProperty("first.path"));
        }

        @Bean
        DataSource second() {
            return new DriverManagerDataSource("jdbc:h2:mem:second;DB_CLOSE_DELAY=-1");
        }

        @Bean
        JdbcTransactionManager firstManager(DataSource first) {
            return new JdbcTransactionManager(first);
        }

        @Bean
        JdbcTransactionManager secondManager(@Qualifier("second") DataSource second) {
            return new JdbcTransactionManager(second);
        }
    }

    static class Mailer {

        @LeekTask
        public String welcome(String to) {
            return "welcome " + to;
        }
    }
}

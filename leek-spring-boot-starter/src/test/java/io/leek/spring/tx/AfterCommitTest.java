package io.leek.spring.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.LeekUnavailableException;
import io.leek.TaskHandle;
import io.leek.spring.offload.OffloadConfiguration;
import io.leek.spring.offload.RecordingGateway;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

@ExtendWith(OutputCaptureExtension.class)
class AfterCommitTest {

    private final AnnotationConfigApplicationContext context =
            new AnnotationConfigApplicationContext(OffloadConfiguration.class, App.class);
    private final Leek leek = context.getBean(Leek.class);
    private final RecordingGateway gateway = context.getBean(RecordingGateway.class);
    private final Mailer mailer = context.getBean(Mailer.class);
    private final JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
    private final DataSourceTransactionManager manager = context.getBean(DataSourceTransactionManager.class);
    private final TransactionTemplate transaction = new TransactionTemplate(manager);

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void outsideATransactionATaskIsSentAtOnce() {
        leek.offload(() -> mailer.welcome("ada"));

        assertThat(gateway.pushes).hasSize(1);
    }

    @Test
    void insideATransactionTasksAreSentAfterTheCommitInOnePushInOrder() {
        transaction.executeWithoutResult(status -> {
            jdbc.update("insert into person values ('ada')");
            TaskHandle<Void> handle = leek.offload(() -> mailer.welcome("ada"));
            leek.offloadAll(List.of("bob", "cy"), mailer::welcome);
            leek.push("mailer.welcome", "dee");

            assertThat(handle.isNew()).isTrue();
            assertThat(handle.find()).isEmpty();
            assertThat(gateway.pushes).isEmpty();
        });

        assertThat(gateway.pushes).hasSize(1);
        assertThat(recipients()).containsExactly("ada", "bob", "cy", "dee");
        assertThat(people()).isOne();
    }

    @Test
    void aRollbackSendsNothing() {
        transaction.executeWithoutResult(status -> {
            leek.offload(() -> mailer.welcome("ada"));
            status.setRollbackOnly();
        });

        assertThat(gateway.pushes).isEmpty();
    }

    @Test
    void anInnerTransactionOfItsOwnSendsItsTasksWhateverTheOuterOneDoes() {
        TransactionTemplate inner = new TransactionTemplate(manager);
        inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);

        transaction.executeWithoutResult(status -> {
            leek.offload(() -> mailer.welcome("outer"));
            inner.executeWithoutResult(own -> leek.offload(() -> mailer.welcome("inner")));
            assertThat(recipients()).containsExactly("inner");
            status.setRollbackOnly();
        });

        assertThat(recipients()).containsExactly("inner");
    }

    @Test
    void aNewTransactionStartsWithNoTasksOfTheLast() {
        transaction.executeWithoutResult(status -> leek.offload(() -> mailer.welcome("first")));
        transaction.executeWithoutResult(status -> leek.offload(() -> mailer.welcome("second")));

        assertThat(gateway.pushes).hasSize(2).allSatisfy(push -> assertThat(push)
                .hasSize(1));
    }

    @Test
    void aTaskOffloadedInAnAfterCommitCallbackIsSentToo() {
        transaction.executeWithoutResult(status -> {
            leek.offload(() -> mailer.welcome("ada"));
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    leek.offload(() -> mailer.welcome("after commit"));
                }

                @Override
                public void afterCompletion(int outcome) {
                    leek.offload(() -> mailer.welcome("after completion"));
                }
            });
        });

        assertThat(recipients()).containsExactlyInAnyOrder("ada", "after commit", "after completion");
    }

    @Test
    void aServerThatIsGoneAtCommitReachesTheCallerAndTheLog(CapturedOutput output) {
        gateway.refusal = new LeekUnavailableException("no server", "localhost", 8002, null, true, null);
        String[] id = new String[1];

        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    jdbc.update("insert into person values ('ada')");
                    id[0] = leek.offload(() -> mailer.welcome("ada")).id();
                }))
                .isInstanceOf(LeekUnavailableException.class);

        assertThat(people()).as("the commit stands").isOne();
        assertThat(output)
                .contains("ERROR")
                .contains("has committed")
                .contains(id[0])
                .doesNotContain("\"ada\"");
    }

    @Test
    void synchronizationWithoutATransactionDelaysNothing() {
        TransactionTemplate none = new TransactionTemplate(manager);
        none.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);

        none.executeWithoutResult(status -> {
            leek.offload(() -> mailer.welcome("ada"));
            assertThat(gateway.pushes).hasSize(1);
        });
    }

    private int people() {
        Integer count = jdbc.queryForObject("select count(*) from person", Integer.class);
        return count == null ? -1 : count;
    }

    private List<String> recipients() {
        return gateway.pushes.stream()
                .flatMap(List::stream)
                .map(record -> record.path("args").path(0).asString())
                .toList();
    }

    static class Mailer {
        @LeekTask
        public void welcome(String to) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class App {

        @Bean
        RecordingGateway gateway() {
            return new RecordingGateway();
        }

        @Bean
        Mailer mailer() {
            return new Mailer();
        }

        @Bean
        DataSource dataSource() {
            return new EmbeddedDatabaseBuilder()
                    .setType(EmbeddedDatabaseType.H2)
                    .generateUniqueName(true)
                    .build();
        }

        @Bean
        JdbcTemplate jdbcTemplate(DataSource dataSource) {
            JdbcTemplate jdbc = new JdbcTemplate(dataSource);
            jdbc.execute("create table person (name varchar(20))");
            return jdbc;
        }

        @Bean
        DataSourceTransactionManager transactionManager(DataSource dataSource) {
            return new DataSourceTransactionManager(dataSource);
        }
    }
}

package io.leek.spring.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.TaskHandle;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** The contract with Spring's transaction manager for JDBC. */
abstract class JdbcTransactionContract extends KeyTransactionContract {

    @Override
    Class<?> configuration() {
        return Plain.class;
    }

    @Override
    void write(ConfigurableApplicationContext context, long id) {
        context.getBean(JdbcTemplate.class).update("INSERT INTO pet VALUES (?)", id);
    }

    @Override
    String written() {
        return "pet";
    }

    @Test
    void whatIsRolledBackToASavepointTakesItsTasksAlong() {
        TaskHandle<?>[] handles = new TaskHandle<?>[2];
        transaction.executeWithoutResult(status -> {
            handles[0] = leek.with().queue(STILL).offload(() -> ledger.book(6));
            Object savepoint = status.createSavepoint();
            handles[1] = leek.with().queue(STILL).offload(() -> ledger.book(7));
            status.rollbackToSavepoint(savepoint);
        });

        assertThat(rows(handles[0].id())).isOne();
        assertThat(rows(handles[1].id())).isZero();
    }

    @Configuration(proxyBeanMethods = false)
    static class Plain {

        Plain(JdbcTemplate jdbc) {
            jdbc.execute("CREATE TABLE IF NOT EXISTS pet (id BIGINT PRIMARY KEY)");
        }
    }
}

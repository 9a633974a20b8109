package io.leek.spring.tx;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** On an application's pool that leaves the commit to others. */
class H2ManualCommitTransactionTest extends H2JdbcTransactionTest {

    @Override
    Map<String, Object> settings(Path folder) {
        Map<String, Object> settings = new HashMap<>(super.settings(folder));
        settings.put("spring.datasource.hikari.auto-commit", "false");
        return settings;
    }

    @Override
    Class<?> configuration() {
        return InTransaction.class;
    }

    /** Outside a transaction an application's own write would be lost on such a pool. */
    @Override
    void write(ConfigurableApplicationContext context, long id) {
        new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
                .executeWithoutResult(status -> super.write(context, id));
    }

    @Configuration(proxyBeanMethods = false)
    static class InTransaction {

        InTransaction(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
            new TransactionTemplate(transactions).executeWithoutResult(status -> new Plain(jdbc));
        }
    }
}

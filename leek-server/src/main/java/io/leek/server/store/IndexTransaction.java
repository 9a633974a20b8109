package io.leek.server.store;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A transaction whose statements go by index. The tables of a queue fill and empty faster than PostgreSQL takes their
 * statistics, and one that believes them to be small reads them whole.
 */
final class IndexTransaction {

    private final TransactionTemplate transaction;
    private final JdbcTemplate jdbc;
    private final String goByIndex;

    IndexTransaction(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        transaction = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
        goByIndex = database.dialect().goByIndex();
    }

    <T extends @Nullable Object> T run(Function<TransactionStatus, T> work) {
        return transaction.execute(status -> {
            if (!goByIndex.isEmpty()) {
                jdbc.execute(goByIndex);
            }
            return work.apply(status);
        });
    }
}

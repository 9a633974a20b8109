package io.leek.server.store;

import java.sql.PreparedStatement;
import java.util.Objects;
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
    private final String settings;

    /** @param settings what {@link Dialect#set} made */
    IndexTransaction(JdbcTemplate jdbc, String settings) {
        this.jdbc = jdbc;
        transaction = new TransactionTemplate(new JdbcTransactionManager(Objects.requireNonNull(jdbc.getDataSource())));
        this.settings = settings;
    }

    /** One whose statements go by index, and which has no other settings. */
    IndexTransaction(JdbcTemplate jdbc, Dialect dialect) {
        this(jdbc, dialect.set(dialect.goByIndex()));
    }

    <T extends @Nullable Object> T run(Function<TransactionStatus, T> work) {
        return transaction.execute(status -> {
            if (!settings.isEmpty()) {
                jdbc.execute(settings, (PreparedStatement statement) -> statement.execute());
            }
            return work.apply(status);
        });
    }
}

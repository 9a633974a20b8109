package io.leek.spring.tx;

import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.Objects;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.ReflectionUtils;

/** A database of the application, and whether the current transaction is one of its. */
final class TransactionalDatabase {

    private static final Logger log = LoggerFactory.getLogger(TransactionalDatabase.class);

    private final DataSource dataSource;
    private final JdbcTemplate jdbc;

    TransactionalDatabase(DataSource dataSource) {
        this.dataSource = dataSource;
        jdbc = new JdbcTemplate(dataSource);
    }

    DataSource dataSource() {
        return dataSource;
    }

    /** Goes through the current transaction's connection, where there is one. */
    JdbcTemplate jdbc() {
        return jdbc;
    }

    /** For work outside the application's transactions: connections of its pool need not commit by themselves. */
    <T> T inOwnTransaction(Function<JdbcTemplate, T> work) {
        return Objects.requireNonNull(new TransactionTemplate(new JdbcTransactionManager(dataSource))
                .execute(status -> work.apply(new JdbcTemplate(dataSource))));
    }

    /** Whether the current transaction writes to this database; a connection that commits by itself does not count. */
    boolean isInTransaction() {
        if (!(TransactionSynchronizationManager.getResource(dataSource) instanceof ConnectionHolder holder)) {
            return false;
        }
        try {
            return !holder.getConnection().getAutoCommit() && !isBorrowed(holder);
        } catch (SQLException e) {
            log.debug("A connection does not tell whether it commits by itself", e);
            return false;
        }
    }

    /**
     * Whether the connection only accompanies a transaction on another database. With a pool whose connections do not
     * commit by themselves such a one looks like a transaction, but nobody commits it.
     */
    private static boolean isBorrowed(ConnectionHolder holder) {
        return holder.isSynchronizedWithTransaction() && !Boolean.TRUE.equals(IsActive.of(holder));
    }

    /** What Spring's own transaction manager sets on the connections of its transactions, and tells only itself. */
    private static final class IsActive {

        private static final @Nullable Method METHOD =
                ReflectionUtils.findMethod(ConnectionHolder.class, "isTransactionActive");

        static @Nullable Object of(ConnectionHolder holder) {
            if (METHOD == null) {
                return null;
            }
            ReflectionUtils.makeAccessible(METHOD);
            return ReflectionUtils.invokeMethod(METHOD, holder);
        }
    }
}

package io.leek.server.store;

import io.leek.h2.Checkpoints;
import java.sql.PreparedStatement;
import java.util.Objects;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A transaction whose statements go by index. The tables of a queue fill and empty faster than PostgreSQL takes their
 * statistics, and one that believes them to be small reads them whole.
 */
final class IndexTransaction {

    private final TransactionTemplate reading;
    private final TransactionTemplate writing;
    private final JdbcTemplate jdbc;
    private final String settings;

    /**
     * @param settings what {@link Dialect#set} made
     * @param checkpoints of the database; null where they need not be kept apart from commits
     */
    IndexTransaction(JdbcTemplate jdbc, String settings, @Nullable Checkpoints checkpoints) {
        this.jdbc = jdbc;
        this.settings = settings;
        DataSource dataSource = Objects.requireNonNull(jdbc.getDataSource());
        reading = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        writing = checkpoints == null
                ? reading
                : new TransactionTemplate(new BetweenCheckpoints(dataSource, checkpoints));
    }

    /** One with settings. */
    IndexTransaction(JdbcTemplate jdbc, StoreDatabase database, String settings) {
        this(jdbc, settings, database.checkpoints());
    }

    /** One whose statements go by index, and which has no other settings. */
    IndexTransaction(JdbcTemplate jdbc, StoreDatabase database) {
        this(jdbc, database.dialect().set(database.dialect().goByIndex()), database.checkpoints());
    }

    /** For work that changes nothing. */
    <T extends @Nullable Object> T read(Function<TransactionStatus, T> work) {
        return run(reading, work);
    }

    <T extends @Nullable Object> T write(Function<TransactionStatus, T> work) {
        return run(writing, work);
    }

    private <T extends @Nullable Object> T run(TransactionTemplate transaction, Function<TransactionStatus, T> work) {
        return transaction.execute(status -> {
            if (!settings.isEmpty()) {
                jdbc.execute(settings, (PreparedStatement statement) -> statement.execute());
            }
            return work.apply(status);
        });
    }

    /** Commits while there is no checkpoint. */
    private static final class BetweenCheckpoints extends JdbcTransactionManager {

        private static final long serialVersionUID = 1;

        private final transient Checkpoints checkpoints;

        BetweenCheckpoints(DataSource dataSource, Checkpoints checkpoints) {
            super(dataSource);
            this.checkpoints = checkpoints;
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            checkpoints.beforeCommit();
            try {
                super.doCommit(status);
            } finally {
                checkpoints.committed();
            }
        }
    }
}

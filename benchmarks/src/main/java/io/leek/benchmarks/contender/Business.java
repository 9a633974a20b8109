package io.leek.benchmarks.contender;

import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The application's own transactions: each inserts one row of a table of its own. */
public final class Business {

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;

    Business(ApplicationContext application) {
        jdbc = application.getBean(JdbcTemplate.class);
        transactions = application.getBean(TransactionTemplate.class);
        jdbc.execute("CREATE TABLE IF NOT EXISTS business"
                + " (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note VARCHAR(30))");
    }

    /** Commits a row and what else is done, and returns when it was about to commit, by {@link System#nanoTime}. */
    public long transact(Work work) {
        Long commit = transactions.execute(status -> {
            jdbc.update("INSERT INTO business (note) VALUES (?)", "a row of the application");
            try {
                work.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return System.nanoTime();
        });
        return commit == null ? 0 : commit;
    }

    /** What else belongs to a transaction. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }
}

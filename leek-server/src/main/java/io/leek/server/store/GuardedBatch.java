package io.leek.server.store;

import java.sql.SQLException;
import java.util.List;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A conditional statement that is run for many changes in one JDBC batch, and tells which of them won. An {@code INSERT}
 * has to take its row from a {@code SELECT}: with {@code reWriteBatchedInserts=true}, which an application's address may
 * say, PostgreSQL's driver makes one statement of many with {@code VALUES}, and tells of none what it did.
 */
final class GuardedBatch<C> {

    private final JdbcTemplate jdbc;
    private final String sql;
    private final Binding<C> binding;

    GuardedBatch(JdbcTemplate jdbc, String sql, Binding<C> binding) {
        this.jdbc = jdbc;
        this.sql = sql;
        this.binding = binding;
    }

    /** Whether each of the changes found a row in the state it needs. */
    boolean[] run(List<C> changes) {
        boolean[] won = new boolean[changes.size()];
        if (won.length == 0) {
            return won;
        }
        int[] rows = jdbc.batchUpdate(
                        sql,
                        changes,
                        changes.size(),
                        (statement, change) -> binding.bind(new Parameters(statement), change))[0];
        for (int i = 0; i < won.length; i++) {
            won[i] = rows[i] == 1;
        }
        return won;
    }

    /**
     * Runs it for changes that have won already by an earlier statement of the same move.
     *
     * @throws OptimisticLockingFailureException where another transaction was between the two
     */
    void runForAll(List<C> changes) {
        for (boolean won : run(changes)) {
            if (!won) {
                throw new OptimisticLockingFailureException("the row was changed by another transaction meanwhile");
            }
        }
    }

    interface Binding<C> {

        void bind(Parameters parameters, C change) throws SQLException;
    }
}

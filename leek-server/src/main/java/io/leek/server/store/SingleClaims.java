package io.leek.server.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Hands out one task with one statement of PostgreSQL: what an idle worker waits for takes two round trips instead of
 * four. For many at once a statement of its own finds out whose lease was first, see {@link Leases}.
 */
final class SingleClaims {

    private final JdbcTemplate jdbc;
    private final Keys keys;
    private final IndexTransaction transaction;
    private final String statement;

    /** @param settings of the transaction, at least one, as a statement */
    SingleClaims(JdbcTemplate jdbc, StoreDatabase database, Keys keys, String settings) {
        this.jdbc = jdbc;
        this.keys = keys;
        transaction = new IndexTransaction(jdbc, "");
        // The settings go along with it, for the sake of the round trip.
        statement = settings + "; "
                + database.schema()
                        .in("WITH free AS (" + Leases.FREE_ONE + database.lockRows("q") + "), given AS ("
                                + Leases.GIVE_ONE + ") SELECT free.* FROM free JOIN given ON given.seq = free.seq");
    }

    Outcome claim(Change.Claim change) {
        return Objects.requireNonNull(transaction.run(status -> {
            List<QueuedTask> given = Objects.requireNonNull(
                    jdbc.execute(statement, (PreparedStatement statement) -> give(statement, change)));
            return given.isEmpty()
                    ? new Outcome.Lost()
                    : new Outcome.Done(keys.handedOut(given).get(0));
        }));
    }

    private static List<QueuedTask> give(PreparedStatement statement, Change.Claim change) throws SQLException {
        Lease lease = change.lease();
        new Parameters(statement)
                .number((long) Objects.requireNonNull(change.seq()))
                .text(change.jid())
                .time(lease.startedAt())
                .text(lease.token())
                .time(lease.startedAt())
                .time(lease.until())
                .text(lease.workerId())
                .text(lease.serverId());
        statement.execute();
        statement.getMoreResults();
        try (ResultSet row = statement.getResultSet()) {
            return row.next() ? List.of(QueuedRows.row(row, 0).leased(lease)) : List.of();
        }
    }
}

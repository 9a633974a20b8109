package io.leek.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Hands out one task with one message to PostgreSQL: what an idle worker waits for takes one round trip instead of four.
 * For many at once a statement of its own finds out whose lease was first, see {@link Leases}.
 */
final class SingleClaims {

    private final JdbcTemplate jdbc;
    private final String statements;

    /** @param settings of the transaction, at least one, as a statement */
    SingleClaims(JdbcTemplate jdbc, StoreDatabase database, String settings) {
        this.jdbc = jdbc;
        // Sent as one message, which PostgreSQL makes one transaction of where none has begun.
        statements = settings + "; "
                + database.schema()
                        .in("WITH free AS (" + Leases.FREE_ONE + " AND q.unique_key IS NULL" + database.lockRows("q")
                                + "), given AS (" + Leases.GIVE_ONE
                                + ") SELECT free.* FROM free JOIN given ON given.seq = free.seq");
    }

    /** Null where it is not to be had this way: it may be lost, or have a key, which a hand-out may end. */
    Outcome.@Nullable Done claim(Change.Claim change) {
        QueuedTask given = jdbc.execute((ConnectionCallback<@Nullable QueuedTask>) connection -> {
            boolean isAutoCommit = connection.getAutoCommit();
            connection.setAutoCommit(true);
            try {
                return give(connection, change);
            } finally {
                connection.setAutoCommit(isAutoCommit);
            }
        });
        return given == null ? null : new Outcome.Done(given);
    }

    private @Nullable QueuedTask give(Connection connection, Change.Claim change) throws SQLException {
        Lease lease = change.lease();
        try (PreparedStatement statement = connection.prepareStatement(statements)) {
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
                return row.next() ? QueuedRows.row(row, 0).leased(lease) : null;
            }
        }
    }
}

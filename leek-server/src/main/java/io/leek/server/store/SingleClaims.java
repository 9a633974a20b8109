package io.leek.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hands out one task with one statement of PostgreSQL. For many at once a statement of its own finds out whose lease was
 * first, see {@link Leases}.
 */
final class SingleClaims {

    private final LoneStatements statements;
    private final String claim;

    SingleClaims(LoneStatements statements, StoreDatabase database) {
        this.statements = statements;
        claim = statements.withSettings(database.schema()
                .in("WITH free AS (" + Leases.freeOne(database) + "), given AS (" + Leases.GIVE_ONE
                        + ") SELECT free.* FROM free JOIN given ON given.seq = free.seq"));
    }

    /** Null where it is not to be had this way: it may be lost, or have a key, which a hand-out may end. */
    Outcome.@Nullable Done claim(Change.Claim change) {
        return statements
                .query(
                        connection -> bind(connection, change),
                        (row, number) -> new Outcome.Done(QueuedRows.row(row, 0).leased(change.lease())))
                .stream()
                .findAny()
                .orElse(null);
    }

    private PreparedStatement bind(Connection connection, Change.Claim change) throws SQLException {
        Lease lease = change.lease();
        PreparedStatement statement = connection.prepareStatement(claim);
        new Parameters(statement)
                .number((long) Objects.requireNonNull(change.seq()))
                .text(change.jid())
                .time(lease.startedAt())
                .text(lease.token())
                .time(lease.startedAt())
                .time(lease.until())
                .text(lease.workerId())
                .text(lease.serverId());
        return statement;
    }
}

package io.leek.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PreferQueryMode;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.RowMapper;

/**
 * Statements for PostgreSQL without BEGIN and COMMIT. Settings and statement go as one message, up to its Sync, and
 * PostgreSQL makes all before a Sync one transaction: one round trip instead of three.
 */
final class LoneStatements {

    private final JdbcTemplate jdbc;
    private final String settings;

    /** @param settings of each transaction, as a statement; empty for none */
    LoneStatements(JdbcTemplate jdbc, String settings) {
        this.jdbc = jdbc;
        this.settings = settings.isEmpty() ? "" : settings + "; ";
    }

    /**
     * Whether the driver sends settings and statement as one message: not in simple mode, and where it has to ask for
     * types it may send a Sync between them.
     */
    static boolean arePossible(DataSource dataSource) {
        return Boolean.TRUE.equals(new JdbcTemplate(dataSource)
                .execute((ConnectionCallback<Boolean>) connection -> connection.isWrapperFor(BaseConnection.class)
                        && isOneMessage(connection.unwrap(BaseConnection.class))));
    }

    private static boolean isOneMessage(BaseConnection connection) {
        return connection.getPreferQueryMode() != PreferQueryMode.SIMPLE
                && connection.getStringVarcharFlag()
                && connection.getPrepareThreshold() >= 0;
    }

    /** What to prepare for a statement. */
    String withSettings(String statement) {
        return settings + statement;
    }

    /** @param creator prepares what {@link #withSettings} made */
    <R> List<R> query(PreparedStatementCreator creator, RowMapper<R> mapper) {
        return Objects.requireNonNull(jdbc.execute((ConnectionCallback<List<R>>) connection -> {
            if (connection.getAutoCommit()) {
                return query(connection, creator, mapper);
            }
            connection.setAutoCommit(true);
            List<R> found;
            try {
                found = query(connection, creator, mapper);
            } catch (SQLException | RuntimeException e) {
                leaveCommits(connection, e);
                throw e;
            }
            connection.setAutoCommit(false);
            return found;
        }));
    }

    /** Not every pool does so itself. A connection that is broken must not hide why. */
    private static void leaveCommits(Connection connection, Exception failure) {
        try {
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private <R> List<R> query(Connection connection, PreparedStatementCreator creator, RowMapper<R> mapper)
            throws SQLException {
        try (PreparedStatement statement = creator.createPreparedStatement(connection)) {
            statement.execute();
            if (!settings.isEmpty()) {
                statement.getMoreResults();
            }
            List<R> found = new ArrayList<>();
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    found.add(mapper.mapRow(rows, found.size()));
                }
            }
            return found;
        }
    }
}

package io.leek.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.RowMapper;

/**
 * Statements for PostgreSQL that are a transaction each. Sent as one message with its settings, outside of a transaction,
 * such a statement takes one round trip instead of three.
 */
final class LoneStatements {

    private final JdbcTemplate jdbc;
    private final String settings;

    /** @param settings of each transaction, as a statement; empty for none */
    LoneStatements(JdbcTemplate jdbc, String settings) {
        this.jdbc = jdbc;
        this.settings = settings.isEmpty() ? "" : settings + "; ";
    }

    /** What to prepare for a statement. */
    String withSettings(String statement) {
        return settings + statement;
    }

    /** @param creator prepares what {@link #withSettings} made */
    <R> List<R> query(PreparedStatementCreator creator, RowMapper<R> mapper) {
        return Objects.requireNonNull(jdbc.execute((ConnectionCallback<List<R>>) connection -> {
            boolean isAutoCommit = connection.getAutoCommit();
            connection.setAutoCommit(true);
            try {
                return query(connection, creator, mapper);
            } finally {
                connection.setAutoCommit(isAutoCommit);
            }
        }));
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

package io.leek.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

/** What an application does to Leek's tables in a transaction of its own, which stays open until it is ended. */
public final class ApplicationTransaction implements AutoCloseable {

    private static final String INSERT = "INSERT INTO leek.queued_task"
            + " (jid, name, queue, priority, due_at, enqueued_at, payload, unique_key) VALUES (?, ?, 'default', ?,"
            + " TIMESTAMP WITH TIME ZONE '2026-03-01 00:00:00Z', TIMESTAMP WITH TIME ZONE '2026-03-01 00:00:00Z', ?, ?)";

    private static final String SUCCEED = "INSERT INTO leek.success_task"
            + " (jid, seq, name, queue, payload, enqueued_at, finished_at, attempts, crashes)"
            + " SELECT jid, seq, name, queue, payload, enqueued_at, enqueued_at, attempts + 1, crashes"
            + " FROM leek.queued_task WHERE jid = ?";

    private final Connection connection;

    private ApplicationTransaction(Connection connection) {
        this.connection = connection;
    }

    public static ApplicationTransaction begin(OpenStore store) {
        try {
            Connection connection =
                    Objects.requireNonNull(store.sql().getDataSource()).getConnection();
            connection.setAutoCommit(false);
            return new ApplicationTransaction(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Inserts a task and returns its place. */
    public long insert(String jid, String name, int priority, String key) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, jid);
            insert.setString(2, name);
            insert.setInt(3, priority);
            insert.setString(4, "{\"jid\":\"" + jid + "\",\"jobtype\":\"" + name + "\",\"args\":[],\"retry\":0}");
            insert.setString(5, key);
            insert.executeUpdate();
        }
        try (PreparedStatement place = connection.prepareStatement("SELECT seq FROM leek.queued_task WHERE jid = ?")) {
            place.setString(1, jid);
            try (ResultSet row = place.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Moves a leased task to success, as the end of a run does. */
    public ApplicationTransaction complete(String jid) throws SQLException {
        update(SUCCEED, jid);
        update("DELETE FROM leek.lease WHERE seq = (SELECT seq FROM leek.queued_task WHERE jid = ?)", jid);
        update("DELETE FROM leek.queued_task WHERE jid = ?", jid);
        return this;
    }

    private void update(String sql, String jid) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, jid);
            if (update.executeUpdate() != 1) {
                throw new IllegalStateException("task " + jid + " is not as expected");
            }
        }
    }

    public void commit() throws SQLException {
        connection.commit();
    }

    public void rollback() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.close();
    }
}

package io.leek.sample;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Leek's own file, read as anybody can read it once the server has stopped. */
final class LeekTables implements AutoCloseable {

    private final Connection connection;

    LeekTables(Path dataDir) throws SQLException {
        Path file = dataDir.resolve("leek").toAbsolutePath();
        connection = DriverManager.getConnection("jdbc:h2:file:" + file + ";IFEXISTS=TRUE", "sa", "");
    }

    /** The ids in one of the three tables. */
    List<String> ids(String table) throws SQLException {
        return column("SELECT jid FROM leek." + table + "_task");
    }

    /** The finished tasks whose attempts are not one more than the crashes, each with its figures. */
    List<String> miscounted() throws SQLException {
        return column("SELECT jid || ': ' || attempts || ' attempts, ' || crashes || ' crashes' "
                + "FROM leek.success_task WHERE attempts <> crashes + 1");
    }

    long crashes() throws SQLException {
        return Long.parseLong(column("SELECT COALESCE(SUM(crashes), 0) FROM leek.success_task")
                .get(0));
    }

    long longestWaitMillis() throws SQLException {
        return Long.parseLong(
                column("SELECT MAX(DATEDIFF(MILLISECOND, enqueued_at, finished_at)) FROM leek.success_task")
                        .get(0));
    }

    /** The servers that count as living. */
    List<String> servers() throws SQLException {
        return column("SELECT server_id FROM leek.node");
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private List<String> column(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}

package io.leek.server.store;

import io.leek.server.store.TaskStore.Sample;
import io.leek.task.FailureReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads what tasks are about, as far as that is small. A page goes by a key and looks at no more rows than it has, whatever
 * is asked for, so that it takes the same time however long the tables are.
 */
final class Samples {

    private static final String SMALL = "q.name = ANY(?) AND OCTET_LENGTH(q.payload) <= 65536";

    static final String QUEUED =
            "SELECT q.jid, q.seq, q.name, CASE WHEN " + SMALL + """
             THEN q.payload END FROM leek.queued_task q
            WHERE q.seq > ? AND """ + " " + Leases.NO_LEASE + " ORDER BY q.seq LIMIT ?";

    static final String FAILED = "SELECT q.jid, q.seq, q.name, CASE WHEN q.reason = ? AND " + SMALL + """
             THEN q.payload END FROM leek.failed_task q WHERE q.jid > ? ORDER BY q.jid LIMIT ?
            """;

    private final JdbcTemplate jdbc;
    private final IndexTransaction transaction;
    private final String queued;
    private final String failed;

    Samples(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        transaction = new IndexTransaction(jdbc, database);
        queued = database.schema().in(QUEUED);
        failed = database.schema().in(FAILED);
    }

    List<Sample> queued(Set<String> names, long afterSeq, int limit) {
        return read(queued, names.toArray(String[]::new), afterSeq, limit);
    }

    List<Sample> failed(FailureReason reason, Set<String> names, String afterJid, int limit) {
        return read(failed, reason.text(), names.toArray(String[]::new), afterJid, limit);
    }

    private List<Sample> read(String sql, Object... parameters) {
        return transaction.read(status -> jdbc.query(sql, Samples::sample, parameters));
    }

    private static Sample sample(ResultSet row, int number) throws SQLException {
        return new Sample(row.getString(1), row.getLong(2), row.getString(3), row.getString(4));
    }
}

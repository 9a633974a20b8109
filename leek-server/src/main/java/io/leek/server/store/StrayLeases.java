package io.leek.server.store;

import io.leek.server.store.TaskStore.LeaseName;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** Finds leases that may have been forgotten, and deletes those without a task. Not synced: it is done again. */
final class StrayLeases {

    /** For the OFFSET see {@link Leases#NO_LEASE}. */
    private static final String NO_TASK =
            "NOT EXISTS (SELECT 1 FROM leek.queued_task q WHERE q.seq = l.seq OFFSET 0 ROWS)";

    private static final String LEASES = """
            SELECT (SELECT q.jid FROM leek.queued_task q WHERE q.seq = l.seq), l.token FROM leek.lease l
            WHERE l.server_id = ? OR\s
            """ + NO_TASK;

    private static final String STRAYS = """
            SELECT l.seq FROM leek.lease l WHERE l.token = ANY(?) AND\s
            """ + NO_TASK;

    private static final String DROP = "DELETE FROM leek.lease WHERE seq = ANY(?)";

    private final JdbcTemplate jdbc;
    private final IndexTransaction transaction;
    private final String leases;
    private final String strays;
    private final String drop;

    StrayLeases(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        transaction = new IndexTransaction(jdbc, database);
        leases = database.schema().in(LEASES);
        strays = database.schema().in(STRAYS) + database.lockRows("l");
        drop = database.schema().in(DROP);
    }

    List<LeaseName> leases(String serverId) {
        return transaction.read(status ->
                jdbc.query(leases, (row, number) -> new LeaseName(row.getString(1), row.getString(2)), serverId));
    }

    void drop(Collection<String> tokens) {
        Object sought = tokens.toArray(String[]::new);
        transaction.write(status -> {
            Object seqs = jdbc.queryForList(strays, Long.class, sought).toArray(Long[]::new);
            return jdbc.update(drop, seqs);
        });
    }
}

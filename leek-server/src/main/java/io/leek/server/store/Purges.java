package io.leek.server.store;

import io.leek.task.TaskState;
import java.time.Instant;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.JdbcTemplate;

/** Deletes finished rows. Not synced: a deletion that a crash undoes is made again. */
final class Purges {

    private final JdbcTemplate jdbc;
    private final IndexTransaction transaction;
    private final String success;
    private final String failed;

    Purges(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        transaction = new IndexTransaction(jdbc, database, "");
        success = database.schema().in(database.dialect().purge("leek.success_task"));
        failed = database.schema().in(database.dialect().purge("leek.failed_task"));
    }

    int purge(TaskState state, Instant finishedBefore, int limit) {
        String sql =
                switch (state) {
                    case SUCCESS -> success;
                    case FAILED -> failed;
                    case QUEUED ->
                        throw new IllegalArgumentException("only finished tasks are purged, but was asked for queued");
                };
        Object before = Parameters.stored(finishedBefore).atOffset(ZoneOffset.UTC);
        return transaction.write(status -> jdbc.update(sql, before, limit));
    }
}

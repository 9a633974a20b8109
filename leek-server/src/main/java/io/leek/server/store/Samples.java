package io.leek.server.store;

import io.leek.server.store.TaskStore.Sample;
import io.leek.task.FailureReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads what tasks are about, as far as that is small. */
final class Samples {

    private static final String QUEUED = """
            SELECT q.jid, q.seq, q.name, q.payload FROM leek.queued_task q LEFT JOIN leek.lease l ON l.seq = q.seq
            WHERE l.seq IS NULL
            """;

    private static final String FAILED =
            "SELECT q.jid, q.seq, q.name, q.payload FROM leek.failed_task q WHERE q.reason = ?";

    private static final String PAGE =
            " AND q.name = ANY(?) AND q.seq > ? AND OCTET_LENGTH(q.payload) <= 65536 ORDER BY q.seq LIMIT ?";

    private final JdbcTemplate jdbc;
    private final Schema schema;

    Samples(JdbcTemplate jdbc, Schema schema) {
        this.jdbc = jdbc;
        this.schema = schema;
    }

    List<Sample> samples(@Nullable FailureReason parkedFor, Set<String> names, long afterSeq, int limit) {
        List<Object> parameters = new ArrayList<>();
        if (parkedFor != null) {
            parameters.add(parkedFor.text());
        }
        parameters.addAll(List.of(names.toArray(String[]::new), afterSeq, limit));
        return jdbc.query(
                schema.in((parkedFor == null ? QUEUED : FAILED) + PAGE),
                (row, number) -> new Sample(row.getString(1), row.getLong(2), row.getString(3), row.getString(4)),
                parameters.toArray());
    }
}

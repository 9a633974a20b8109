package io.leek.server.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/** Finds the queued rows that changes are about. */
final class Places {

    private static final String SEQS = "SELECT jid, seq FROM leek.queued_task WHERE jid = ANY(?)";

    private final JdbcTemplate jdbc;
    private final String seqs;

    Places(JdbcTemplate jdbc, Schema schema) {
        this.jdbc = jdbc;
        seqs = schema.in(SEQS);
    }

    /** Leaves out changes of tasks that are not queued. */
    <C extends Change> List<Placed<C>> of(List<C> changes) {
        Map<String, Long> found = find(changes);
        List<Placed<C>> placed = new ArrayList<>(changes.size());
        for (C change : changes) {
            Long known = change.seq();
            Long seq = known == null ? found.get(change.jid()) : known;
            if (seq != null) {
                placed.add(new Placed<>(change, seq));
            }
        }
        return placed;
    }

    private Map<String, Long> find(List<? extends Change> changes) {
        String[] unknown = changes.stream()
                .filter(change -> change.seq() == null)
                .map(Change::jid)
                .toArray(String[]::new);
        Map<String, Long> found = new HashMap<>();
        if (unknown.length > 0) {
            jdbc.query(
                    seqs,
                    row -> {
                        found.put(row.getString(1), row.getLong(2));
                    },
                    (Object) unknown);
        }
        return found;
    }

    /** A change and the place of its row, which may be gone by now. */
    record Placed<C extends Change>(C change, long seq) {}
}

package io.leek.server.store;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Looks whether a newer Leek has upgraded the tables under a server that goes on, and says so once. */
final class TableVersion {

    private static final Logger log = LoggerFactory.getLogger(TableVersion.class);

    private static final String FIND = "SELECT MAX(version) FROM leek.store";

    private final JdbcTemplate jdbc;
    private final StoreDatabase database;
    private final String find;
    private final AtomicBoolean isSaid = new AtomicBoolean();

    TableVersion(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        this.database = database;
        find = database.schema().in(FIND);
    }

    /** Nobody else can have upgraded a file of Leek's own. */
    void check() {
        if (database.exclusive() || isSaid.get()) {
            return;
        }
        int found = Objects.requireNonNull(jdbc.queryForObject(find, Integer.class));
        if (found > Migrator.VERSION && isSaid.compareAndSet(false, true)) {
            log.error(
                    "A newer Leek has upgraded the tables in {} to version {}, and this server knows them up to version"
                            + " {}: it may break rules that came with the newer ones. Stop it, and start it again with"
                            + " the newer Leek",
                    database.description(),
                    found,
                    Migrator.VERSION);
        }
    }
}

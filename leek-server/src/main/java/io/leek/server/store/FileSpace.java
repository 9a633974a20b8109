package io.leek.server.store;

import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.RandomAccessStore;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The space inside Leek's own file. H2 cuts off only what is free at the end, and does not move what lies behind one
 * large gap; its SQL can compact no running database either.
 */
final class FileSpace {

    /** A commit waits for as long as this takes. A chunk of H2's has 19 MB at most. */
    private static final long MOST_MOVED = 32L << 20;

    private static final long SMALLEST_FILE = 1L << 20;
    private static final int FILLED_PERCENT = 50;

    private final JdbcTemplate jdbc;
    private final boolean isOwnFile;

    FileSpace(JdbcTemplate jdbc, StoreDatabase database) {
        this.jdbc = jdbc;
        isOwnFile = database.exclusive();
    }

    boolean giveBack() {
        if (!isOwnFile) {
            return false;
        }
        try {
            return Boolean.TRUE.equals(jdbc.execute((ConnectionCallback<Boolean>) connection -> giveBack(
                    (SessionLocal) connection.unwrap(JdbcConnection.class).getSession())));
        } catch (LinkageError e) {
            // An application may bring another version of H2, and these are not its public parts.
            return false;
        }
    }

    private static boolean giveBack(SessionLocal session) {
        MVStore store = session.getDatabase().getStore().getMvStore();
        if (!(store.getFileStore() instanceof RandomAccessStore file)) {
            return false;
        }
        long before = file.size();
        if (before < SMALLEST_FILE || file.getFillRate() >= FILLED_PERCENT) {
            return false;
        }
        file.compactMoveChunks(FILLED_PERCENT, MOST_MOVED, store);
        return file.size() < before;
    }
}

package io.leek.h2;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the checkpoints of an H2 file apart from commits. H2 takes the tables and indexes of a checkpoint one after the
 * other while transactions go on, so of a transaction that commits meanwhile a part may be in the file and the rest not,
 * which shows after a kill.
 */
public final class Checkpoints {

    /** From then on new commits wait as well, lest some commit be under way at any time. */
    private static final Duration CLOSING = Duration.ofMillis(20);

    /** A commit may wait for a lock of a transaction that waits here. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private static final Map<String, Checkpoints> BY_DATABASE = new ConcurrentHashMap<>();

    private final Duration closing;
    private final Duration patience;
    private final ReentrantLock turn = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicLong asked = new AtomicLong();
    private long synced;
    private long written;
    private int commits;
    private boolean isClosed;

    /** @param patience how long a checkpoint waits for commits in all; from {@code closing} on it lets no other begin */
    Checkpoints(Duration closing, Duration patience) {
        this.closing = closing;
        this.patience = patience;
    }

    /**
     * Those of the database that a connection leads to, the same for everybody in this process.
     *
     * @return null where it is not H2
     */
    public static @Nullable Checkpoints of(Connection connection) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        return database.getDatabaseProductName().equals("H2")
                ? BY_DATABASE.computeIfAbsent(
                        name(connection, database.getURL()), name -> new Checkpoints(CLOSING, PATIENCE))
                : null;
    }

    /** Of a file in this process its path, however the URL names it; of others the URL. */
    private static String name(Connection connection, String url) throws SQLException {
        if (url.startsWith("jdbc:h2:tcp:") || url.startsWith("jdbc:h2:ssl:")) {
            return url;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("CALL DATABASE_PATH()")) {
            row.next();
            String path = row.getString(1);
            return path == null ? url : path;
        }
    }

    /** Returns once no checkpoint is under way; none begins until {@link #committed}, which must follow. */
    public void beforeCommit() {
        lock.lock();
        try {
            while (isClosed) {
                changed.awaitUninterruptibly();
            }
            commits++;
        } finally {
            lock.unlock();
        }
    }

    /** After a commit or what became of it, in any thread. */
    public void committed() {
        lock.lock();
        try {
            commits--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes what has been committed survive a power cut: returns once a checkpoint has ended that began after this call,
     * whoever ran it, one for all who ask while another is under way. It begins once no commit is under way, or after
     * 0.1 s though one still is.
     *
     * @param connection that is not in a transaction; whoever has to get one first would hold up those who have one
     */
    public void sync(Connection connection) throws SQLException {
        long mine = asked.incrementAndGet();
        turn.lock();
        try {
            if (synced < mine) {
                close();
                // Those who have just committed ask too, but need not wait for one more.
                long all = asked.get();
                execute(connection, "CHECKPOINT SYNC");
                synced = all;
                written = all;
            }
        } finally {
            open();
            turn.unlock();
        }
    }

    /** Makes what has been committed survive the end of this process, though not a power cut; else as {@link #sync}. */
    public void write(Connection connection) throws SQLException {
        long mine = asked.incrementAndGet();
        turn.lock();
        try {
            if (written < mine) {
                close();
                long all = asked.get();
                execute(connection, "CHECKPOINT");
                written = all;
            }
        } finally {
            open();
            turn.unlock();
        }
    }

    /** How many commits are under way. */
    public int commits() {
        lock.lock();
        try {
            return commits;
        } finally {
            lock.unlock();
        }
    }

    private static void execute(Connection connection, String checkpoint) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(checkpoint);
        }
    }

    private void close() {
        lock.lock();
        try {
            awaitCommits(closing);
            isClosed = true;
            awaitCommits(patience.minus(closing));
        } finally {
            lock.unlock();
        }
    }

    private void awaitCommits(Duration atMost) {
        long left = atMost.toNanos();
        boolean isInterrupted = false;
        while (commits > 0 && left > 0) {
            long from = System.nanoTime();
            try {
                changed.awaitNanos(left);
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
            left -= System.nanoTime() - from;
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void open() {
        lock.lock();
        try {
            isClosed = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

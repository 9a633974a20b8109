package io.leek.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Wakes the other servers on one PostgreSQL, and hears of their tasks. While there are none it sends nothing and holds no
 * connection. Without it a server finds the tasks of others when it next looks at the store.
 */
final class Wakes implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Wakes.class);

    /** How soon a closed store is noticed; it costs no traffic. */
    private static final int WAIT_MS = 500;

    private static final int RETRY_SECONDS = 5;

    private final DataSource dataSource;
    private final String channel;
    private final String self = UUID.randomUUID().toString();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Runnable listener = () -> {};
    private volatile boolean hasOthers;
    private @Nullable Thread thread;

    /** @param storeId tells this store from others in the same database */
    Wakes(DataSource dataSource, String storeId) {
        this.dataSource = dataSource;
        channel = "leek_" + storeId.replace("-", "");
    }

    /** What to do when another server has stored tasks. */
    void onWake(Runnable wake) {
        listener = wake;
    }

    /** Begins to listen once there are others. */
    synchronized void setOthers(boolean areThere) {
        hasOthers = areThere;
        if (areThere && thread == null && closed.getCount() > 0) {
            thread = new Thread(this::run, "leek-wake");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Whether there are others to be told. */
    boolean hasOthers() {
        return hasOthers;
    }

    /** Tells the others, once the transaction of these changes has committed. */
    void send(JdbcTemplate jdbc) {
        if (hasOthers) {
            jdbc.query("SELECT pg_notify(?, ?)", row -> {}, channel, self);
        }
    }

    private void run() {
        while (closed.getCount() > 0) {
            try {
                listen();
            } catch (SQLException e) {
                log.debug("Other servers can't be heard, it is tried again", e);
            }
            try {
                if (closed.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void listen() throws SQLException {
        try (Connection listening = dataSource.getConnection();
                Statement statement = listening.createStatement()) {
            // An application's pool may leave the commit to others, and before it nothing is heard.
            boolean commits = listening.getAutoCommit();
            listening.setAutoCommit(true);
            statement.execute("LISTEN " + channel);
            // What was stored before is not told.
            listener.run();
            PGConnection postgres = listening.unwrap(PGConnection.class);
            while (hasOthers && closed.getCount() > 0) {
                if (isFromOthers(postgres.getNotifications(WAIT_MS))) {
                    listener.run();
                }
            }
            statement.execute("UNLISTEN " + channel);
            listening.setAutoCommit(commits);
        }
    }

    private boolean isFromOthers(PGNotification @Nullable [] notifications) {
        if (notifications != null) {
            for (PGNotification notification : notifications) {
                if (!notification.getParameter().equals(self)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void close() {
        closed.countDown();
        Thread listening;
        synchronized (this) {
            listening = thread;
        }
        if (listening != null) {
            try {
                listening.join(2 * WAIT_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

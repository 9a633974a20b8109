package io.leek.server.store;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import org.h2.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * After an interrupt or a lack of memory H2 closes its database and all connections to it are dead. They are given up
 * together, so that the next one opens the file again.
 */
final class Reopening implements SQLExceptionOverride {

    private volatile @Nullable HikariDataSource pool;

    void use(HikariDataSource opened) {
        pool = opened;
    }

    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException e) {
        if (e.getErrorCode() != ErrorCode.DATABASE_IS_CLOSED
                && e.getErrorCode() != ErrorCode.DATABASE_CALLED_AT_SHUTDOWN) {
            return SQLExceptionOverride.Override.CONTINUE_EVICT;
        }
        HikariDataSource opened = pool;
        if (opened != null && opened.getHikariPoolMXBean() != null) {
            opened.getHikariPoolMXBean().softEvictConnections();
        }
        return SQLExceptionOverride.Override.MUST_EVICT;
    }
}

package io.leek.server.store;

import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;

/** Pools as applications have them that set {@code auto-commit: false}: what nobody commits is rolled back. */
public final class ManualCommitPools implements AutoCloseable {

    private final List<HikariDataSource> open = new ArrayList<>();

    /** @param database one given by its address */
    public StoreSettings.Location of(StoreSettings.Location database) {
        StoreSettings.Location.Jdbc jdbc = (StoreSettings.Location.Jdbc) database;
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(jdbc.url());
        pool.setUsername(jdbc.username());
        pool.setPassword(jdbc.password());
        pool.setAutoCommit(false);
        pool.setMinimumIdle(1);
        open.add(pool);
        return new StoreSettings.Location.Pool(pool);
    }

    @Override
    public void close() {
        open.forEach(HikariDataSource::close);
    }
}

package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.leek.server.ServerProperties;
import io.leek.server.store.StoreSettings.Location;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.datasource.AbstractDataSource;

class StoreChoiceTest {

    @TempDir
    Path dir;

    @Test
    void aPoolWhoseConnectionsNeedMoreThanAUrlIsShared() {
        try (HikariDataSource pool = pool()) {
            assertThat(choose(pool)).isInstanceOf(Location.Jdbc.class);
        }
        try (HikariDataSource pool = pool()) {
            pool.setConnectionInitSql("SET LOCK_TIMEOUT 500");
            assertThat(choose(pool)).isEqualTo(new Location.Pool(pool));
        }
        try (HikariDataSource pool = pool()) {
            pool.addDataSourceProperty("LOCK_TIMEOUT", "500");
            assertThat(choose(pool)).isEqualTo(new Location.Pool(pool));
        }
    }

    @Test
    void aDataSourceThatHasNoConnectionYetLeavesLeekItsOwnFile() {
        DataSource routing = new AbstractDataSource() {
            @Override
            public java.sql.Connection getConnection() {
                throw new IllegalStateException("Cannot determine target DataSource for lookup key [null]");
            }

            @Override
            public java.sql.Connection getConnection(String user, String password) {
                return getConnection();
            }
        };

        assertThat(choose(routing)).isEqualTo(new Location.File(dir));
    }

    private Location choose(DataSource dataSource) {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        beans.registerSingleton("dataSource", dataSource);
        ServerProperties server =
                Binder.get(new StandardEnvironment()).bindOrCreate("leek.server", ServerProperties.class);
        return new StoreChoice(beans, LeekProperties.Store.AUTO, server, dir).location();
    }

    private HikariDataSource pool() {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl("jdbc:h2:file:" + dir.resolve("app"));
        pool.setUsername("sa");
        pool.setPassword("");
        return pool;
    }
}

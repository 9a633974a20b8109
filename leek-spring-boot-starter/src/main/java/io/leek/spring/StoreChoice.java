package io.leek.spring;

import com.zaxxer.hikari.HikariDataSource;
import io.leek.server.ServerProperties;
import io.leek.server.store.StoreSettings.Location;
import io.leek.spring.LeekProperties.Store;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Which database the in-app server keeps its tables in. */
final class StoreChoice {

    private static final Logger log = LoggerFactory.getLogger(StoreChoice.class);

    private final ConfigurableListableBeanFactory beanFactory;
    private final Store store;
    private final ServerProperties server;
    private final Path dataDir;
    private volatile @Nullable String whyNotTheApplications;

    StoreChoice(ConfigurableListableBeanFactory beanFactory, Store store, ServerProperties server, Path dataDir) {
        this.beanFactory = beanFactory;
        this.store = store;
        this.server = server;
        this.dataDir = dataDir;
    }

    /** @throws StoreChoiceException where the application's database was asked for and can't be used */
    Location location() {
        if (store == Store.FILE) {
            return new Location.File(dataDir);
        }
        ServerProperties.Datasource own = server.datasource();
        if (own != null && own.url() != null) {
            return new Location.Jdbc(own.url(), own.username(), own.password());
        }
        Candidate candidate = candidate();
        String problem = candidate.dataSource() == null ? candidate.problem() : problemOf(candidate.dataSource());
        if (problem == null && candidate.dataSource() != null) {
            return locationOf(candidate.dataSource());
        }
        if (store == Store.APPLICATION) {
            throw new StoreChoiceException(String.valueOf(problem));
        }
        whyNotTheApplications = problem;
        return new Location.File(dataDir);
    }

    /** Why it is a file of Leek's own, where nobody has asked for one; to follow its name. */
    String because() {
        return whyNotTheApplications == null ? "" : ", a file of its own because " + whyNotTheApplications;
    }

    private Candidate candidate() {
        List<String> marked = List.of(beanFactory.getBeanNamesForType(DataSource.class)).stream()
                .filter(name -> beanFactory.findAnnotationOnBean(name, LeekDataSource.class) != null)
                .toList();
        if (marked.size() == 1) {
            return new Candidate(beanFactory.getBean(marked.get(0), DataSource.class), null);
        }
        if (marked.size() > 1) {
            return new Candidate(null, "several DataSources are marked with @LeekDataSource: " + marked);
        }
        DataSource unique = beanFactory.getBeanProvider(DataSource.class).getIfUnique();
        if (unique != null) {
            return new Candidate(unique, null);
        }
        int count = beanFactory.getBeanNamesForType(DataSource.class).length;
        return new Candidate(
                null,
                count == 0
                        ? "the application has no DataSource"
                        : "the application has " + count
                                + " DataSources and none is primary or marked with @LeekDataSource");
    }

    private static @Nullable String problemOf(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            String product = connection.getMetaData().getDatabaseProductName();
            if (product.equals("PostgreSQL")) {
                return null;
            }
            if (!product.equals("H2")) {
                return "the application's database is " + product + ", and Leek can use PostgreSQL and H2";
            }
            if (isInMemory(connection)) {
                return "the application's database is in memory";
            }
            return isAdmin(connection) ? null : "the application's H2 user has no admin rights";
        } catch (SQLException e) {
            throw new StoreChoiceException("the application's database can't be reached: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            // One that routes has none to give outside of a request.
            return "the application's DataSource gives no connection at start: " + e.getMessage();
        }
    }

    /** The URL of an H2 server does not tell, the database does. */
    private static boolean isInMemory(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("CALL DATABASE_PATH()");
                ResultSet path = statement.executeQuery()) {
            return !path.next() || path.getString(1) == null;
        }
    }

    private static boolean isAdmin(Connection connection) throws SQLException {
        String sql = "SELECT IS_ADMIN FROM INFORMATION_SCHEMA.USERS WHERE USER_NAME = CURRENT_USER";
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** Leek takes connections of its own, so that neither side waits for the other's; where it can't, it shares. */
    private static Location locationOf(DataSource dataSource) {
        try {
            if (dataSource.isWrapperFor(HikariDataSource.class)) {
                HikariDataSource pool = dataSource.unwrap(HikariDataSource.class);
                if (pool.getJdbcUrl() != null && !isTailored(pool)) {
                    return new Location.Jdbc(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword());
                }
            }
        } catch (SQLException e) {
            log.debug("The application's pool does not tell its connection details", e);
        }
        return new Location.Pool(dataSource);
    }

    /** Whether a connection takes more than a URL, a user and a password. */
    private static boolean isTailored(HikariDataSource pool) {
        return !pool.getDataSourceProperties().isEmpty()
                || pool.getConnectionInitSql() != null
                || pool.getDataSourceClassName() != null
                || pool.getCredentialsProvider() != null
                || pool.getCredentialsProviderClassName() != null;
    }

    private record Candidate(
            @Nullable DataSource dataSource, @Nullable String problem) {}
}

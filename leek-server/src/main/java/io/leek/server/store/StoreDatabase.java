package io.leek.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.leek.h2.Checkpoints;
import io.leek.server.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.api.ErrorCode;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * An open database.
 *
 * @param commits for those who commit: their connections keep to indexes and give up soon where they have to wait, where
 *     that could be set for them alone; the same as the other where it could not
 * @param owned the pool to close at the end; null where the application's is used
 * @param description without secrets
 * @param exclusive whether it is a file of Leek's own
 * @param checkpoints of H2, which returns from a commit before the row is in the file, and never syncs the file by itself;
 *     null for a database that does both
 */
record StoreDatabase(
        DataSource dataSource,
        DataSource commits,
        @Nullable HikariDataSource owned,
        Dialect dialect,
        Product product,
        Schema schema,
        String description,
        boolean exclusive,
        @Nullable Checkpoints checkpoints)
        implements AutoCloseable {

    /** The committer's three, the dispatcher, upkeep, look-ups, and where they are asked for retention and other servers. */
    private static final int CONNECTIONS = 8;

    /** Those of the committer. */
    private static final int COMMITS = 3;

    /** How long the committer waits for another transaction, of this server, another, or an application. */
    private static final Duration WAIT = Duration.ofMillis(200);

    private static final Pattern PARAMETERS = Pattern.compile("[;?].*");

    static StoreDatabase open(StoreSettings settings) {
        if (settings.location() instanceof StoreSettings.Location.File file) {
            return openFile(file.dataDir().toAbsolutePath().normalize(), settings);
        }
        if (settings.location() instanceof StoreSettings.Location.Jdbc jdbc) {
            HikariConfig config = pool(jdbc.url(), jdbc.username(), jdbc.password());
            return openPool(config, settings, "database " + withoutParameters(jdbc.url()), commitPool(jdbc));
        }
        DataSource given = ((StoreSettings.Location.Pool) settings.location()).dataSource();
        return inspect(given, null, settings);
    }

    private static StoreDatabase openFile(Path dataDir, StoreSettings settings) {
        try {
            Files.createDirectories(dataDir);
        } catch (IOException e) {
            throw new StoreException(
                    Kind.UNREACHABLE, "The data folder " + dataDir + " could not be created (" + e + ")", e);
        }
        HikariConfig config = pool(ownUrl("file:" + dataDir.resolve("leek")), "sa", "");
        // The last connection to go would close the file.
        config.setMaxLifetime(0);
        config.setIdleTimeout(0);
        return openPool(config, settings, "data folder " + dataDir, null);
    }

    /** @param path of the file without its ending, after the scheme of one of H2's file systems */
    static String ownUrl(String path) {
        // Retention: how long H2 keeps space that is free already. By default it is 45 s, and the file grows for as
        // long. Compact time: at a stop H2 gives up after 200 ms by default, too early on a busy machine.
        // Query cache: by default a connection keeps 8 statements, fewer than Leek has.
        return "jdbc:h2:" + path
                + ";DB_CLOSE_ON_EXIT=FALSE;RETENTION_TIME=1000;MAX_COMPACT_TIME=3000;QUERY_CACHE_SIZE=100";
    }

    private static HikariConfig pool(String url, @Nullable String username, @Nullable String password) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("leek-store");
        config.setJdbcUrl(url);
        config.setUsername(username);
        config.setPassword(password);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        if (url.startsWith("jdbc:postgresql:")) {
            config.addDataSourceProperty("ApplicationName", "leek");
            config.addDataSourceProperty("tcpKeepAlive", "true");
        }
        return config;
    }

    /** Null where a connection can't be told its settings when it is opened. */
    private static @Nullable HikariConfig commitPool(StoreSettings.Location.Jdbc jdbc) {
        if (!jdbc.url().startsWith("jdbc:postgresql:") || jdbc.url().contains("options=")) {
            return null;
        }
        HikariConfig config = pool(jdbc.url(), jdbc.username(), jdbc.password());
        config.setPoolName("leek-commit");
        config.setMaximumPoolSize(COMMITS);
        config.addDataSourceProperty("options", Dialect.POSTGRESQL.commitOptions(WAIT));
        return config;
    }

    /** @param commits of a pool for those who commit; null where they take their connections from the other */
    private static StoreDatabase openPool(
            HikariConfig config, StoreSettings settings, String what, @Nullable HikariConfig commits) {
        Reopening reopening = new Reopening();
        config.setExceptionOverride(reopening);
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (PoolInitializationException e) {
            throw notOpened(what, e.getCause() == null ? e : e.getCause());
        } catch (RuntimeException e) {
            throw new StoreException(
                    Kind.UNSUPPORTED,
                    "Leek keeps its tables in H2 or PostgreSQL, and there is no driver for the " + what,
                    e);
        }
        reopening.use(pool);
        try {
            StoreDatabase inspected = inspect(pool, pool, settings);
            return commits == null ? inspected : inspected.withCommits(new HikariDataSource(commits));
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private static StoreDatabase inspect(
            DataSource dataSource, @Nullable HikariDataSource owned, StoreSettings settings) {
        try (Connection connection = dataSource.getConnection()) {
            DatabaseMetaData database = connection.getMetaData();
            Dialect dialect = Dialect.of(database);
            Schema schema = Schema.of(settings.schema(), database);
            Product product = new Product(
                    database.getDatabaseProductName(),
                    database.getDatabaseMajorVersion(),
                    database.getDatabaseMinorVersion());
            String description = database.getDatabaseProductName() + " " + database.getDatabaseProductVersion() + " at "
                    + withoutParameters(database.getURL()) + ", schema " + schema.name();
            boolean exclusive = settings.location() instanceof StoreSettings.Location.File;
            return new StoreDatabase(
                    dataSource,
                    dataSource,
                    owned,
                    dialect,
                    product,
                    schema,
                    description,
                    exclusive,
                    Checkpoints.of(connection));
        } catch (SQLException e) {
            throw notOpened("database", e);
        }
    }

    /** Makes what has been committed survive a power cut, where a commit alone does not. */
    void sync(JdbcTemplate jdbc) {
        if (checkpoints != null) {
            jdbc.execute((ConnectionCallback<Boolean>) connection -> {
                checkpoints.sync(connection);
                return true;
            });
        }
    }

    /** Makes what has been committed survive the end of this process, where a commit alone does not. */
    void write(JdbcTemplate jdbc) {
        if (checkpoints != null) {
            jdbc.execute((ConnectionCallback<Boolean>) connection -> {
                checkpoints.write(connection);
                return true;
            });
        }
    }

    private StoreDatabase withCommits(DataSource pool) {
        return new StoreDatabase(
                dataSource, pool, owned, dialect, product, schema, description, exclusive, checkpoints);
    }

    /**
     * What makes a query lock the rows of a table, without those that another transaction has locked. Empty in a file of
     * Leek's own: its statements change no row at the same time as others, and a lock would be one more write.
     */
    String lockRows(String table) {
        return exclusive ? "" : dialect.lockRows(table);
    }

    /** As {@link Dialect#lock}, and without a lock in a file of Leek's own. */
    String lock(String table, String alias, String condition, String more) {
        return exclusive ? dialect.lookUp(table, alias, condition) + more : dialect.lock(table, alias, condition, more);
    }

    /** Settings of a transaction of those who commit; none where their connections are set so. */
    List<String> commitSettings() {
        return commits != dataSource
                ? List.of()
                : Stream.of(dialect.goByIndex(), dialect.planOnce(), waitAtMost(WAIT))
                        .flatMap(List::stream)
                        .toList();
    }

    /**
     * Makes a transaction give up soon where it has to wait for another one; nothing where nobody else writes, and where
     * the connection is the application's and would keep the setting.
     */
    List<String> waitAtMost(Duration time) {
        return dialect == Dialect.H2 && (exclusive || owned == null) ? List.of() : List.of(dialect.waitAtMost(time));
    }

    private static StoreException notOpened(String what, Throwable cause) {
        int code = cause instanceof SQLException sql ? sql.getErrorCode() : 0;
        return switch (code) {
            case ErrorCode.DATABASE_ALREADY_OPEN_1 ->
                new StoreException(Kind.LOCKED, "The " + what + " is in use by another process", cause);
            case ErrorCode.FILE_CORRUPTED_1,
                    ErrorCode.FILE_VERSION_ERROR_1,
                    ErrorCode.UNSUPPORTED_SETTING_COMBINATION,
                    ErrorCode.WRONG_USER_OR_PASSWORD ->
                new StoreException(
                        Kind.UNREADABLE,
                        "The " + what + " can't be read as a store of Leek's (" + firstLine(cause) + ")",
                        cause);
            default ->
                new StoreException(
                        Kind.UNREACHABLE, "The " + what + " could not be opened (" + firstLine(cause) + ")", cause);
        };
    }

    private static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    /** Parameters of a URL may hold a password. */
    private static String withoutParameters(String url) {
        return PARAMETERS.matcher(url).replaceFirst("");
    }

    @Override
    public void close() {
        if (commits != dataSource && commits instanceof HikariDataSource pool) {
            pool.close();
        }
        if (owned != null) {
            owned.close();
        }
    }

    /** The database as it names itself. */
    record Product(String name, int major, int minor) {}
}

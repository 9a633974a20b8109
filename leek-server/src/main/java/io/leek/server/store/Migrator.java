package io.leek.server.store;

import io.leek.server.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StreamUtils;

/**
 * Sees to it that the tables are there in the version this Leek knows. The version is a column of ours, so that tables
 * which somebody created by hand from the printed statements count too.
 */
final class Migrator {

    /** In their order; each ends with the version of the tables in the row of {@code store}. */
    private static final List<String> SCRIPTS = List.of(
            "V1__tables.sql",
            "V2__recurring.sql",
            "V3__attempts.sql",
            "V4__limits.sql",
            "V5__queues.sql",
            "V6__runs.sql",
            "V7__keys.sql");

    /** The version of the tables that this Leek works with. */
    static final int VERSION = version(SCRIPTS.get(SCRIPTS.size() - 1));

    private static final int NONE = 0;
    private static final String NO_PRIVILEGE_POSTGRESQL = "42501";
    private static final String NO_PRIVILEGE_H2 = "90096";
    private static final String NO_ADMIN_H2 = "90040";

    private final StoreDatabase database;
    private final Schema schema;

    Migrator(StoreDatabase database) {
        this.database = database;
        this.schema = database.schema();
    }

    /**
     * Creates or migrates the tables where that is needed.
     *
     * @param migrate whether it may; if not, missing or older tables are refused with the statements to run
     */
    void run(boolean migrate) {
        try (Connection connection = database.dataSource().getConnection()) {
            int found = version(connection);
            if (found > VERSION) {
                throw newer(found);
            }
            if (found == VERSION) {
                return;
            }
            if (!migrate) {
                throw missing(found);
            }
            createSchema(connection);
            migrate(found);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private int version(Connection connection) throws SQLException {
        if (!schema.hasTable(connection, "store")) {
            return NONE;
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(schema.in("SELECT MAX(version) FROM leek.store"))) {
            return rows.next() ? rows.getInt(1) : NONE;
        }
    }

    private void createSchema(Connection connection) throws SQLException {
        if (schema.exists(connection)) {
            return;
        }
        String create = "CREATE SCHEMA " + schema.quoted();
        try (Statement statement = connection.createStatement()) {
            statement.execute(create);
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        } catch (SQLException e) {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            // Another server that starts at the same moment may have been first.
            if (!schema.exists(connection)) {
                throw notCreatable(e, create + " AUTHORIZATION \"" + user(connection) + '"');
            }
        }
    }

    private void migrate(int found) throws SQLException {
        try {
            Flyway.configure(Migrator.class.getClassLoader())
                    .dataSource(database.dataSource())
                    .locations("classpath:" + database.dialect().migrations())
                    .defaultSchema(schema.name())
                    .createSchemas(false)
                    .baselineOnMigrate(found != NONE)
                    .baselineVersion(String.valueOf(found))
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            SQLException sql = sqlCause(e);
            if (sql != null && isPrivilege(sql)) {
                try (Connection connection = database.dataSource().getConnection()) {
                    throw notCreatable(
                            e, "GRANT USAGE, CREATE ON SCHEMA " + schema.quoted() + " TO \"" + user(connection) + '"');
                }
            }
            throw unreadable(e);
        }
    }

    private static boolean isPrivilege(SQLException e) {
        String state = e.getSQLState();
        return NO_PRIVILEGE_POSTGRESQL.equals(state) || NO_PRIVILEGE_H2.equals(state) || NO_ADMIN_H2.equals(state);
    }

    private static @Nullable SQLException sqlCause(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    private static String user(Connection connection) throws SQLException {
        return connection.getMetaData().getUserName();
    }

    private StoreException notCreatable(Exception cause, String statement) {
        return new StoreException(
                Kind.SCHEMA_NOT_CREATABLE,
                "Leek's tables could not be created in schema " + schema.name() + " of " + database.description()
                        + ": the database user lacks the right. What an administrator may run: "
                        + statement + ";",
                cause);
    }

    private StoreException newer(int found) {
        return new StoreException(
                Kind.SCHEMA_NEWER,
                "The tables in " + database.description() + " have version " + found
                        + ", this Leek knows versions up to " + VERSION,
                null);
    }

    private StoreException missing(int found) {
        String expected = "This Leek needs its tables in version " + VERSION + " in " + database.description()
                + ", but found " + (found == NONE ? "none" : "version " + found)
                + ", and leek.server.migrate=false. The statements are:\n";
        StringBuilder statements = new StringBuilder(expected);
        if (found == NONE) {
            statements
                    .append("CREATE SCHEMA IF NOT EXISTS ")
                    .append(schema.quoted())
                    .append(";\n");
        }
        statements.append(database.dialect().useSchema(schema)).append('\n');
        SCRIPTS.stream().filter(name -> version(name) > found).forEach(name -> statements.append(script(name)));
        return new StoreException(Kind.SCHEMA_MISSING, statements.toString(), null);
    }

    private static int version(String script) {
        return Integer.parseInt(script.substring(1, script.indexOf("__")));
    }

    private String script(String name) {
        String path = "/" + database.dialect().migrations() + "/" + name;
        try (InputStream script = Migrator.class.getResourceAsStream(path)) {
            return StreamUtils.copyToString(script, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private StoreException unreadable(Exception cause) {
        String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return new StoreException(
                Kind.UNREADABLE,
                "The tables in " + database.description() + " could not be read or migrated (" + reason + ")",
                cause);
    }
}

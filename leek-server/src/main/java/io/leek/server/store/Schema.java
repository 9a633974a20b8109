package io.leek.server.store;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The schema of Leek's own.
 *
 * @param name as the database keeps it, so that it may be quoted here and left unquoted by people
 */
record Schema(String name) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

    /** The configured name in the letter case in which the database keeps unquoted names. */
    static Schema of(String configured, DatabaseMetaData database) throws SQLException {
        if (!NAME.matcher(configured).matches()) {
            throw new InvalidConfigurationPropertyValueException(
                    "leek.schema", configured, "It must be 1 to 63 letters, digits or '_' and not begin with a digit");
        }
        if (database.storesUpperCaseIdentifiers()) {
            return new Schema(configured.toUpperCase(Locale.ROOT));
        }
        if (database.storesLowerCaseIdentifiers()) {
            return new Schema(configured.toLowerCase(Locale.ROOT));
        }
        return new Schema(configured);
    }

    String quoted() {
        return '"' + name + '"';
    }

    /** A statement written for the schema {@code leek}, for this one. */
    String in(String sql) {
        return sql.replace("leek.", quoted() + ".");
    }

    boolean exists(Connection connection) throws SQLException {
        try (ResultSet schemas = connection.getMetaData().getSchemas()) {
            while (schemas.next()) {
                if (name.equals(schemas.getString("TABLE_SCHEM"))) {
                    return true;
                }
            }
            return false;
        }
    }

    boolean hasTable(Connection connection, String table) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        String stored = database.storesUpperCaseIdentifiers() ? table.toUpperCase(Locale.ROOT) : table;
        try (ResultSet tables = database.getTables(connection.getCatalog(), name, stored, null)) {
            return tables.next();
        }
    }
}

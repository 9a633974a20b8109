package io.leek.server.store;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The databases Leek knows, and where their SQL differs. */
enum Dialect {
    // H2 would evaluate a sub-query for each row of the table.
    H2(
            "SELECT NEXT VALUE FOR leek.queued_task_seq FROM SYSTEM_RANGE(1, ?)",
            "SET SCHEMA %s;",
            "DELETE FROM %s WHERE finished_at < ? FETCH FIRST ? ROWS ONLY"),
    POSTGRESQL(
            "SELECT nextval('leek.queued_task_seq') FROM generate_series(1, ?)",
            "SET search_path TO %s;",
            "DELETE FROM %1$s WHERE jid = ANY(ARRAY(SELECT jid FROM %1$s WHERE finished_at < ?"
                    + " ORDER BY finished_at, jid LIMIT ? FOR UPDATE SKIP LOCKED))");

    /** What PostgreSQL may do instead of going by an index. */
    private static final List<String> OTHER_PLANS =
            List.of("enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_hashjoin", "enable_mergejoin");

    private final String nextBlocks;
    private final String useSchema;
    private final String purge;

    Dialect(String nextBlocks, String useSchema, String purge) {
        this.nextBlocks = nextBlocks;
        this.useSchema = useSchema;
        this.purge = purge;
    }

    static Dialect of(DatabaseMetaData database) throws SQLException {
        return switch (database.getDatabaseProductName()) {
            case "H2" -> H2;
            case "PostgreSQL" -> POSTGRESQL;
            default ->
                throw new StoreException(
                        StoreException.Kind.UNSUPPORTED,
                        "Leek keeps its tables in H2 or PostgreSQL, but found " + database.getDatabaseProductName(),
                        null);
        };
    }

    /** Where the migrations are on the classpath. */
    String migrations() {
        return "db/leek/" + name().toLowerCase(Locale.ROOT);
    }

    /** First numbers of as many blocks of the sequence as asked for. */
    String nextBlocks() {
        return nextBlocks;
    }

    /** Deletes rows of a table of finished tasks: parameters are a time before which they finished, and how many. */
    String purge(String table) {
        return purge.formatted(table);
    }

    /** Makes unqualified names mean this schema. */
    String useSchema(Schema schema) {
        return useSchema.formatted(schema.quoted());
    }

    /**
     * What makes a query lock the rows of a table, without those that another transaction has locked. On H2 it locks those of
     * all tables that are not on the outer side of a join.
     */
    String lockRows(String table) {
        return this == H2 ? " FOR UPDATE SKIP LOCKED" : " FOR UPDATE OF " + table + " SKIP LOCKED";
    }

    /**
     * Joins the row of a table that a condition finds by its key. To PostgreSQL it says that each is looked for by itself: of
     * a table that has filled since its statistics were taken it would read the whole index otherwise.
     */
    String lookUp(String table, String alias, String condition) {
        return this == H2
                ? " JOIN " + table + " " + alias + " ON " + condition
                : " CROSS JOIN LATERAL " + lookedUp(table, alias, condition, "");
    }

    /**
     * Joins such a row and locks it, or leaves it out where another transaction has locked it.
     *
     * @param more what else is joined; on H2 its rows are locked as well
     */
    String lock(String table, String alias, String condition, String more) {
        return this == H2
                ? lookUp(table, alias, condition) + more + lockRows(alias)
                : " CROSS JOIN LATERAL " + lookedUp(table, alias, condition, " FOR UPDATE SKIP LOCKED") + more;
    }

    /** The same with nulls where there is none. */
    String lookUpOrNull(String table, String alias, String condition) {
        return this == H2
                ? " LEFT JOIN " + table + " " + alias + " ON " + condition
                : " LEFT JOIN LATERAL " + lookedUp(table, alias, condition, "") + " ON TRUE";
    }

    /** Without an OFFSET it would be taken for a join. */
    private static String lookedUp(String table, String alias, String condition, String lock) {
        return "(SELECT * FROM " + table + " " + alias + " WHERE " + condition + " OFFSET 0" + lock + ") AS " + alias;
    }

    /**
     * One statement for several settings of a transaction, each from a method here; empty for none. One, because each would
     * be a round trip; and a query, for PostgreSQL prepares no SET.
     */
    String set(List<String> settings) {
        return settings.isEmpty()
                ? ""
                : this == H2 ? String.join("; ", settings) : "SELECT " + String.join(", ", settings);
    }

    /** Makes a transaction's statements give up a wait for another transaction; on H2 those of the connection. */
    String waitAtMost(Duration time) {
        return this == H2 ? "SET LOCK_TIMEOUT " + time.toMillis() : setting("lock_timeout", time.toMillis() + "ms");
    }

    private static String setting(String name, String value) {
        return "set_config('" + name + "', '" + value + "', true)";
    }

    /** A statement that changes rows, and returns columns of the rows as they are then. */
    String returning(String change, String columns) {
        return this == H2
                ? "SELECT " + columns + " FROM FINAL TABLE (" + change + ")"
                : change + " RETURNING " + columns;
    }

    /** Makes the planner keep to indexes until the end of the transaction; nothing where it does anyway. */
    List<String> goByIndex() {
        return this == H2
                ? List.of()
                : OTHER_PLANS.stream().map(plan -> setting(plan, "off")).toList();
    }

    /** Makes it plan a prepared statement once: for few changes at a time planning took longer than what was planned. */
    List<String> planOnce() {
        return this == H2 ? List.of() : List.of(setting("plan_cache_mode", "force_generic_plan"));
    }

    /** All of this for all transactions of a connection, and how long they wait for others: PostgreSQL's option for it. */
    String commitOptions(Duration wait) {
        return OTHER_PLANS.stream().map(plan -> "-c " + plan + "=off ").collect(Collectors.joining())
                + "-c plan_cache_mode=force_generic_plan -c lock_timeout=" + wait.toMillis();
    }

    /** Asks for the time now, or an empty text where the database runs in this process or is taken to. */
    String time() {
        return this == H2 ? "" : "SELECT clock_timestamp()";
    }

    /** Lets a transaction's commit return before it is on the disk; others see it all the same. */
    List<String> commitWithoutWaiting() {
        return this == H2 ? List.of() : List.of(setting("synchronous_commit", "off"));
    }
}

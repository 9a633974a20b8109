package io.leek.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.RowMapper;

/**
 * A statement that makes many changes at once: it takes them as a table {@code change}, passed as one array for each
 * column, or as values where there is but one change. Much cheaper than one execution a change, but texts are bounded: {@link #MAX_TEXT}.
 */
final class ColumnBatch<C> {

    /** Longest text in characters; H2 takes no longer one in an array. */
    static final int MAX_TEXT = 500_000;

    private final Query query;
    private final String sql;
    private final String sqlOfOne;
    private final List<Column<C>> columns;

    /** @param sql has {@code :change} in the place of the table */
    ColumnBatch(JdbcTemplate jdbc, String sql, List<Column<C>> columns) {
        this(jdbc::query, sql, columns);
    }

    /** One that commits by itself. */
    ColumnBatch(LoneStatements statements, String sql, List<Column<C>> columns) {
        this(statements::query, statements.withSettings(sql), columns);
    }

    private ColumnBatch(Query query, String sql, List<Column<C>> columns) {
        this.query = query;
        this.sql = sql.replace(":change", table(columns, " ARRAY", "UNNEST(", ")"));
        // Seen on PostgreSQL: the insert of one lease takes half as long with values as with arrays.
        this.sqlOfOne = sql.replace(":change", table(columns, "", "(VALUES (", "))"));
        this.columns = columns;
    }

    /** Makes the changes and returns what the statement does. */
    <R> List<R> run(List<? extends C> changes, RowMapper<R> mapper) {
        if (changes.isEmpty()) {
            return List.of();
        }
        return query.query(
                changes.size() == 1
                        ? connection -> bindOne(connection, changes.get(0))
                        : connection -> bind(connection, changes),
                mapper);
    }

    private PreparedStatement bindOne(Connection connection, C change) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sqlOfOne);
        for (int i = 0; i < columns.size(); i++) {
            Column<C> column = columns.get(i);
            statement.setObject(i + 1, column.value().apply(change), column.type().jdbc);
        }
        return statement;
    }

    private PreparedStatement bind(Connection connection, List<? extends C> changes) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < columns.size(); i++) {
            Column<C> column = columns.get(i);
            // Arrays of their own type travel in PostgreSQL's binary form.
            Object[] values = changes.stream().map(column.value()).toArray(column.type().array);
            statement.setArray(i + 1, connection.createArrayOf(column.type().element, values));
        }
        return statement;
    }

    private static <C> String table(List<Column<C>> columns, String kind, String begin, String end) {
        String values = columns.stream()
                .map(column -> "CAST(? AS " + column.type().sql + kind + ")")
                .collect(Collectors.joining(", ", begin, end));
        return columns.stream().map(Column::name).collect(Collectors.joining(", ", values + " AS change (", ")"));
    }

    private interface Query {
        <R> List<R> query(PreparedStatementCreator creator, RowMapper<R> mapper);
    }

    /** A column of the changes. */
    record Column<C>(String name, Type type, Function<C, @Nullable Object> value) {

        static <C> Column<C> text(String name, Function<C, @Nullable String> value) {
            return new Column<>(name, Type.TEXT, value::apply);
        }

        static <C> Column<C> number(String name, Function<C, Number> value) {
            return new Column<>(name, Type.NUMBER, change -> value.apply(change).longValue());
        }

        static <C> Column<C> time(String name, Function<C, @Nullable Instant> value) {
            return new Column<>(name, Type.TIME, change -> {
                Instant time = value.apply(change);
                return time == null ? null : Parameters.stored(time).atOffset(ZoneOffset.UTC);
            });
        }
    }

    private enum Type {
        TEXT("VARCHAR", Types.VARCHAR, "text", String[]::new),
        NUMBER("BIGINT", Types.BIGINT, "bigint", Long[]::new),
        TIME("TIMESTAMP(6) WITH TIME ZONE", Types.TIMESTAMP_WITH_TIMEZONE, "timestamptz", OffsetDateTime[]::new);

        private final String sql;
        private final int jdbc;
        private final String element;
        private final IntFunction<Object[]> array;

        Type(String sql, int jdbc, String element, IntFunction<Object[]> array) {
            this.sql = sql;
            this.jdbc = jdbc;
            this.element = element;
            this.array = array;
        }
    }
}

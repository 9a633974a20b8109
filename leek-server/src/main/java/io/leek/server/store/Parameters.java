package io.leek.server.store;

import io.leek.task.TaskFailure;
import io.leek.task.TaskJson;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Sets the parameters of a statement one after the other. */
final class Parameters {

    private final PreparedStatement statement;
    private int index;

    Parameters(PreparedStatement statement) {
        this.statement = statement;
    }

    Parameters text(@Nullable String value) throws SQLException {
        statement.setString(++index, value);
        return this;
    }

    Parameters number(long value) throws SQLException {
        statement.setLong(++index, value);
        return this;
    }

    Parameters number(@Nullable Long value) throws SQLException {
        statement.setObject(++index, value, Types.BIGINT);
        return this;
    }

    Parameters time(@Nullable Instant value) throws SQLException {
        if (value == null) {
            statement.setNull(++index, Types.TIMESTAMP_WITH_TIMEZONE);
        } else {
            statement.setObject(++index, stored(value).atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
        }
        return this;
    }

    Parameters failure(TaskFailure failure) throws SQLException {
        return text(failure.reason())
                .text(clean(failure.errtype()))
                .text(clean(failure.message()))
                .text(clean(String.join("\n", failure.backtrace())));
    }

    Parameters failureJson(TaskFailure failure) throws SQLException {
        return text(TaskJson.MAPPER.writeValueAsString(failure));
    }

    /** A time as the tables keep it: both databases to the microsecond, and neither shall round. */
    static Instant stored(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }

    /** An exception's message must not keep its task from failing: PostgreSQL has no NUL in texts. */
    static String clean(String text) {
        return text.replace('\0', '\uFFFD');
    }
}

package io.leek.server.store;

import java.sql.SQLException;
import java.time.DateTimeException;
import java.util.Set;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;

/** Why changes could not be made. */
enum Fault {
    /** The database refuses one of them, whoever asks and whenever. */
    REFUSED,
    /** One of them had to wait for another transaction for too long. */
    BUSY,
    /** A deadlock, or a row that another transaction has changed meanwhile: the same changes may do when made again. */
    CONFLICT,
    /** Something else, which is not the changes' fault. */
    OTHER;

    /** Of PostgreSQL, and of H2 as it has them from the standard or under its own error codes. */
    private static final Set<String> LOCK_TIMEOUTS = Set.of("55P03", "HYT00");

    private static final Set<String> CONFLICTS = Set.of("40P01", "40001", "90131");

    static Fault of(RuntimeException failure) {
        if (failure instanceof DataIntegrityViolationException || failure instanceof DateTimeException) {
            return REFUSED;
        }
        String state = state(failure);
        if (LOCK_TIMEOUTS.contains(state)) {
            return BUSY;
        }
        return failure instanceof ConcurrencyFailureException || CONFLICTS.contains(state) ? CONFLICT : OTHER;
    }

    /** What the database refuses, without its own words: they hold the values. */
    static String reason(RuntimeException refusal) {
        if (refusal instanceof DateTimeException) {
            return "a time is out of range";
        }
        String state = state(refusal);
        String what =
                switch (state) {
                    case "22001" -> "a value is longer than its column";
                    case "22021" -> "a text has a character that the database can't store";
                    case "22007", "22008" -> "a time is out of range";
                    case "23513", "23514" -> "a value is out of range";
                    default -> "the database refused it";
                };
        return what + " (SQLSTATE " + state + ")";
    }

    /** The outermost: that of H2's lock timeout has a conflict as its cause. */
    private static String state(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return String.valueOf(sql.getSQLState());
            }
        }
        return "none";
    }
}

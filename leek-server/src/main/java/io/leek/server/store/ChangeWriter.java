package io.leek.server.store;

import io.leek.server.store.ChangeGroups.Group;
import java.sql.SQLException;
import java.time.Clock;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionStatus;

/** Makes many changes in one transaction, and sees to it that one which can't be made fails alone. */
final class ChangeWriter {

    private final IndexTransaction transaction;
    private final JdbcTemplate jdbc;
    private final String sync;
    private final @Nullable Wakes wakes;
    private final Map<Class<? extends Change>, Function<List<Change>, List<Outcome>>> writes = new HashMap<>();

    /** @param wakes null where other servers can't be told */
    ChangeWriter(StoreDatabase database, Clock clock, @Nullable Wakes wakes) {
        this.wakes = wakes;
        jdbc = new JdbcTemplate(database.dataSource());
        transaction = new IndexTransaction(jdbc, database);
        sync = database.dialect().sync();
        Schema schema = database.schema();
        SeqBlocks seqs = new SeqBlocks(jdbc, database, clock);
        Places places = new Places(jdbc, schema);
        Leases leases = new Leases(jdbc, schema, database.dialect(), places);
        Inserts inserts = new Inserts(jdbc, schema, database.dialect(), seqs, leases);
        Requeues requeues = new Requeues(jdbc, schema, inserts, seqs);
        GivenBack givenBack = new GivenBack(jdbc, schema, leases);
        Finishes finishes = new Finishes(jdbc, schema, database.dialect(), places, leases);
        on(Change.Insert.class, inserts::insert);
        on(Change.Requeue.class, requeues::requeue);
        on(Change.Claim.class, leases::claim);
        on(Change.RetryLater.class, givenBack::retryLater);
        on(Change.Release.class, givenBack::release);
        on(Change.Crash.class, givenBack::crash);
        on(Change.Renew.class, leases::renew);
        on(Change.Succeed.class, finishes::succeed);
        on(Change.Fail.class, finishes::fail);
        on(Change.Park.class, finishes::park);
    }

    private <C extends Change> void on(Class<C> kind, Function<List<C>, List<Outcome>> write) {
        writes.put(kind, changes -> write.apply(changes.stream().map(kind::cast).toList()));
    }

    List<Outcome> write(List<? extends Change> changes) {
        if (changes.isEmpty()) {
            return List.of();
        }
        List<Outcome> outcomes;
        try {
            outcomes = write(changes, (status, group, written) -> write(group, written));
        } catch (RuntimeException e) {
            if (!isFaultOfOne(e)) {
                throw e;
            }
            outcomes = write(changes, this::isolate);
        }
        if (!sync.isEmpty()) {
            jdbc.execute(sync);
        }
        return outcomes;
    }

    private List<Outcome> write(List<? extends Change> changes, GroupWrite write) {
        return transaction.run(status -> {
            Outcome[] outcomes = new Outcome[changes.size()];
            ChangeGroups.of(changes).forEach(group -> write.write(status, group, outcomes));
            wakeOthers(changes, outcomes);
            return Arrays.asList(outcomes);
        });
    }

    private interface GroupWrite {

        void write(TransactionStatus status, Group group, Outcome[] outcomes);
    }

    private void wakeOthers(List<? extends Change> changes, Outcome[] outcomes) {
        if (wakes != null
                && IntStream.range(0, outcomes.length)
                        .anyMatch(i -> changes.get(i).makesReady() && outcomes[i] instanceof Outcome.Done)) {
            wakes.send(jdbc);
        }
    }

    private void write(Group group, Outcome[] outcomes) {
        Class<? extends Change> kind = group.changes().get(0).getClass();
        List<Outcome> written = Objects.requireNonNull(writes.get(kind)).apply(group.changes());
        for (int i = 0; i < group.size(); i++) {
            outcomes[group.positions().get(i)] = written.get(i);
        }
    }

    /** Halves a group that fails until the change at fault is alone. */
    private void isolate(TransactionStatus status, Group group, Outcome[] outcomes) {
        Object savepoint = status.createSavepoint();
        try {
            write(group, outcomes);
            status.releaseSavepoint(savepoint);
        } catch (RuntimeException e) {
            if (!isFaultOfOne(e)) {
                throw e;
            }
            status.rollbackToSavepoint(savepoint);
            status.releaseSavepoint(savepoint);
            int size = group.size();
            if (size == 1) {
                outcomes[group.positions().get(0)] = new Outcome.Refused(reason(e));
                return;
            }
            isolate(status, group.part(0, size / 2), outcomes);
            isolate(status, group.part(size / 2, size), outcomes);
        }
    }

    /** A conflict with another transaction is none: it passes, and whoever asked may ask again. */
    private static boolean isFaultOfOne(RuntimeException e) {
        return e instanceof DataIntegrityViolationException || e instanceof DateTimeException;
    }

    /** Without the database's own words: they hold the values. */
    private static String reason(RuntimeException e) {
        if (e instanceof DateTimeException) {
            return "a time is out of range";
        }
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(e);
        String state = cause instanceof SQLException sql ? String.valueOf(sql.getSQLState()) : "none";
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
}

package io.leek.server.store;

import io.leek.server.store.ChangeGroups.Group;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionStatus;

/**
 * Makes many changes together, and sees to it that one which can't be made fails alone. Safe for use by many
 * threads.
 */
final class ChangeWriter {

    private static final Logger log = LoggerFactory.getLogger(ChangeWriter.class);

    /** How long a statement waits for another transaction while the one that has to wait is looked for. */
    private static final Duration NEXT_WAIT = Duration.ofMillis(20);

    /** How often in one transaction; enough to find one among 4,096. */
    private static final int MOST_WAITS = 16;

    private final IndexTransaction transaction;
    private final IndexTransaction withoutWaiting;
    private final IndexTransaction searching;
    private final int mostWaits;
    private final JdbcTemplate jdbc;
    private final StoreDatabase database;
    private final Dialect dialect;
    private final @Nullable LoneWrites alone;
    private final @Nullable Wakes wakes;
    private final Map<Class<? extends Change>, Function<List<Change>, List<Outcome>>> writes = new HashMap<>();

    /** @param wakes null where other servers can't be told */
    ChangeWriter(StoreDatabase database, Clock clock, SharedTime time, @Nullable Wakes wakes) {
        this.wakes = wakes;
        this.database = database;
        jdbc = new JdbcTemplate(database.commits());
        dialect = database.dialect();
        List<String> settings = database.commitSettings();
        transaction = new IndexTransaction(jdbc, database, dialect.set(settings));
        withoutWaiting = new IndexTransaction(jdbc, database, settings(settings, dialect.commitWithoutWaiting()));
        List<String> shortWait = database.waitAtMost(NEXT_WAIT);
        searching = new IndexTransaction(jdbc, database, settings(settings, shortWait));
        mostWaits = shortWait.isEmpty() ? 1 : MOST_WAITS;
        Schema schema = database.schema();
        SeqBlocks seqs = new SeqBlocks(jdbc, database, clock);
        Places places = new Places(jdbc, schema);
        Keys keys = new Keys(jdbc, database);
        LoneStatements statements = new LoneStatements(jdbc, dialect.set(settings));
        Leases leases = new Leases(jdbc, database, places, keys);
        Inserts inserts = new Inserts(jdbc, statements, database, seqs, leases, keys);
        AttemptLog attempts = new AttemptLog(jdbc, schema);
        Requeues requeues = new Requeues(jdbc, schema, inserts, seqs, attempts);
        Slots slots = new Slots(jdbc, database);
        GivenBack givenBack = new GivenBack(jdbc, schema, leases, slots, attempts);
        Finishes finishes = new Finishes(jdbc, statements, database, places, leases, attempts);
        alone = wakes != null && LoneStatements.arePossible(database.commits())
                ? new LoneWrites(
                        inserts,
                        finishes,
                        new SingleClaims(
                                new LoneStatements(jdbc, settings(settings, dialect.commitWithoutWaiting())), database),
                        wakes::hasOthers)
                : null;
        on(Change.Insert.class, inserts::insert);
        on(Change.Requeue.class, requeues::requeue);
        on(Change.Claim.class, leases::claim);
        LimitedClaims limited = new LimitedClaims(leases, slots, new Rates(jdbc, database, time));
        on(Change.LimitedClaim.class, limited::claim);
        on(Change.LetGo.class, slots::letGo);
        on(Change.RetryLater.class, givenBack::retryLater);
        on(Change.Release.class, givenBack::release);
        on(Change.Crash.class, givenBack::crash);
        on(Change.Renew.class, leases::renew);
        on(Change.Succeed.class, finishes::succeed);
        on(Change.Fail.class, finishes::fail);
        on(Change.Park.class, finishes::park);
        on(Change.Withdraw.class, finishes::withdraw);
        on(Change.Cancel.class, new Cancels(jdbc, database, finishes, keys)::cancel);
    }

    private String settings(List<String> settings, List<String> more) {
        return dialect.set(Stream.of(settings, more).flatMap(List::stream).toList());
    }

    private <C extends Change> void on(Class<C> kind, Function<List<C>, List<Outcome>> write) {
        writes.put(kind, changes -> write.apply(changes.stream().map(kind::cast).toList()));
    }

    List<Outcome> write(List<? extends Change> changes) {
        if (changes.isEmpty()) {
            return List.of();
        }
        if (alone == null) {
            return writeTogether(changes);
        }
        List<@Nullable Outcome> outcomes = new ArrayList<>();
        try {
            outcomes.addAll(alone.write(changes));
        } catch (RuntimeException e) {
            if (isFaultOfOne(e)) {
                return search(changes);
            }
            if (Fault.of(e) != Fault.CONFLICT) {
                throw e;
            }
            return writeTogether(changes);
        }
        int[] left = IntStream.range(0, changes.size())
                .filter(i -> outcomes.get(i) == null)
                .toArray();
        if (left.length == changes.size()) {
            return writeTogether(changes);
        }
        List<Outcome> others =
                writeLeft(IntStream.of(left).mapToObj(changes::get).toList());
        for (int i = 0; i < left.length; i++) {
            outcomes.set(left[i], others.get(i));
        }
        return outcomes.stream().map(Objects::requireNonNull).toList();
    }

    /** The others of their batch are made, which a failure must not deny. */
    private List<Outcome> writeLeft(List<? extends Change> changes) {
        try {
            return changes.isEmpty() ? List.of() : writeTogether(changes);
        } catch (RuntimeException e) {
            log.warn("{} of a batch of changes could not be made, and are to be asked for again", changes.size(), e);
            return Collections.nCopies(changes.size(), new Outcome.Busy());
        }
    }

    private List<Outcome> writeTogether(List<? extends Change> changes) {
        List<Outcome> outcomes;
        try {
            outcomes = tryToWrite(changes);
        } catch (RuntimeException e) {
            if (Fault.of(e) != Fault.CONFLICT) {
                throw e;
            }
            outcomes = tryToWrite(changes);
        }
        if (mayBeUndone(changes)) {
            database.write(jdbc);
        } else {
            database.sync(jdbc);
        }
        return outcomes;
    }

    private static boolean mayBeUndone(List<? extends Change> changes) {
        return changes.stream().allMatch(Change::mayBeUndone);
    }

    private List<Outcome> tryToWrite(List<? extends Change> changes) {
        try {
            return write(
                    mayBeUndone(changes) ? withoutWaiting : transaction,
                    changes,
                    (status, group, written) -> write(group, written));
        } catch (RuntimeException e) {
            if (!isFaultOfOne(e)) {
                throw e;
            }
            return search(changes);
        }
    }

    private List<Outcome> search(List<? extends Change> changes) {
        return write(searching, changes, new Search());
    }

    private List<Outcome> write(IndexTransaction in, List<? extends Change> changes, GroupWrite write) {
        return in.write(status -> {
            Outcome[] outcomes = new Outcome[changes.size()];
            ChangeGroups.of(changes).forEach(group -> write.write(status, group, outcomes));
            wakeOthers(changes, outcomes);
            return Arrays.asList(outcomes);
        });
    }

    private static boolean isFaultOfOne(RuntimeException failure) {
        Fault fault = Fault.of(failure);
        return fault == Fault.REFUSED || fault == Fault.BUSY;
    }

    private interface GroupWrite {

        void write(TransactionStatus status, Group group, Outcome[] outcomes);
    }

    private void wakeOthers(List<? extends Change> changes, Outcome[] outcomes) {
        if (wakes != null && IntStream.range(0, outcomes.length).anyMatch(i -> isReady(changes.get(i), outcomes[i]))) {
            wakes.send(jdbc);
        }
    }

    private static boolean isReady(Change change, Outcome outcome) {
        return change.makesReady() && outcome instanceof Outcome.Done
                || outcome instanceof Outcome.Going going && !going.tasks().isEmpty();
    }

    private void write(Group group, Outcome[] outcomes) {
        Class<? extends Change> kind = group.changes().get(0).getClass();
        List<Outcome> written = Objects.requireNonNull(writes.get(kind)).apply(group.changes());
        for (int i = 0; i < group.size(); i++) {
            outcomes[group.positions().get(i)] = written.get(i);
        }
    }

    /** Halves a group that fails until the change at fault is alone, or too much time has gone into waiting. */
    private final class Search implements GroupWrite {

        private int waits;

        @Override
        public void write(TransactionStatus status, Group group, Outcome[] outcomes) {
            Object savepoint = status.createSavepoint();
            try {
                ChangeWriter.this.write(group, outcomes);
                status.releaseSavepoint(savepoint);
            } catch (RuntimeException e) {
                if (!isFaultOfOne(e)) {
                    throw e;
                }
                status.rollbackToSavepoint(savepoint);
                status.releaseSavepoint(savepoint);
                boolean isBusy = Fault.of(e) == Fault.BUSY;
                waits += isBusy ? 1 : 0;
                int size = group.size();
                if (size == 1 || isBusy && waits >= mostWaits) {
                    Outcome outcome = isBusy ? new Outcome.Busy() : new Outcome.Refused(Fault.reason(e));
                    group.positions().forEach(position -> outcomes[position] = outcome);
                    return;
                }
                write(status, group.part(0, size / 2), outcomes);
                write(status, group.part(size / 2, size), outcomes);
            }
        }
    }
}

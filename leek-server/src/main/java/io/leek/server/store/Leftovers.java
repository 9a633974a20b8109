package io.leek.server.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.h2.engine.Database;
import org.h2.engine.SessionLocal;
import org.h2.index.Index;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVMap.Decision;
import org.h2.mvstore.MVMap.DecisionMaker;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStore.TxCounter;
import org.h2.mvstore.db.MVDelegateIndex;
import org.h2.mvstore.db.MVIndex;
import org.h2.mvstore.tx.Transaction;
import org.h2.mvstore.tx.TransactionStore;
import org.h2.table.Table;
import org.h2.value.VersionedValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What transactions that were under way at a kill have left in a file of H2: entries of tables and indexes without the
 * record by which H2 would have undone them when it opened the file. H2 passes over them, but not in all of its code: a
 * transaction that gets the number of theirs takes them for its own, and a unique index counts them.
 */
final class Leftovers {

    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

    private static final String SERVERS = "SELECT server_id FROM leek.node FETCH FIRST ROW ONLY";

    /** The H2 whose parts these are; they are not public, and another one's may differ in more than their names. */
    private static final int MAJOR = 2;

    private static final int MINOR = 4;

    /** Of an operation's number; the bits before them are the number of its transaction. */
    private static final int OPERATION_BITS = 40;

    /** How long to wait for the end of transactions that have the number of a leftover's. */
    private static final int MOST_TRIES = 50;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** More belong to a large transaction that is under way. */
    private static final int MOST_LATER = 1_000;

    private final StoreDatabase database;
    private final JdbcTemplate jdbc;
    private final List<Leftover<?, ?>> later = new ArrayList<>();
    private int undone;

    Leftovers(StoreDatabase database) {
        this.database = database;
        jdbc = new JdbcTemplate(database.dataSource());
    }

    /** Undoes them in all tables of the file, if a server has not taken its heartbeat back. */
    void undo() {
        if (database.dialect() != Dialect.H2) {
            return;
        }
        try {
            if (isAfterKill() && isKnown(database.product())) {
                jdbc.execute((ConnectionCallback<Boolean>) connection -> {
                    undo(connection);
                    return true;
                });
                database.sync(jdbc);
            }
        } catch (RuntimeException | LinkageError e) {
            log.warn("H2's file could not be searched for what a kill may have left in it", e);
        }
    }

    private static boolean isKnown(StoreDatabase.Product product) {
        if (product.major() == MAJOR && product.minor() == MINOR) {
            return true;
        }
        log.warn(
                "H2 {}.{} can't be searched for what a kill may have left in its file, as {}.{} can. If tasks fail or stand"
                        + " still, see docs/operations.md",
                product.major(),
                product.minor(),
                MAJOR,
                MINOR);
        return false;
    }

    private boolean isAfterKill() {
        return Boolean.TRUE.equals(jdbc.execute((ConnectionCallback<Boolean>) connection -> {
            if (!database.schema().hasTable(connection, "node")) {
                return false;
            }
            try (Statement statement = connection.createStatement();
                    ResultSet servers = statement.executeQuery(database.schema().in(SERVERS))) {
                return servers.next();
            }
        }));
    }

    private void undo(Connection connection) throws SQLException {
        if (!connection.isWrapperFor(JdbcConnection.class)
                || !(connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session)) {
            log.debug("The file of H2 is another process's, or behind a pool that does not let through to it");
            return;
        }
        Database opened = session.getDatabase();
        TransactionStore transactions = opened.getStore().getTransactionStore();
        for (Table table : opened.getAllTablesAndViews()) {
            List<Index> indexes = table.getIndexes();
            for (Index index : indexes == null ? List.<Index>of() : indexes) {
                // The delegate's map is the table's own.
                if (index instanceof MVIndex<?, ?> kept && !(index instanceof MVDelegateIndex)) {
                    undo(opened.getStore().getMvStore(), transactions, kept);
                }
            }
        }
        for (int i = 0; i < MOST_TRIES && !later.isEmpty(); i++) {
            LockSupport.parkNanos(PAUSE_NANOS);
            later.removeIf(leftover -> undo(transactions, leftover));
        }
        if (undone > 0) {
            log.info("Undid {} entries that uncommitted transactions had left in H2's file", undone);
        }
        if (!later.isEmpty()) {
            log.info("{} or more entries in H2's file are of transactions under way, or of one's number", later.size());
        }
    }

    private <K, V> void undo(MVStore file, TransactionStore transactions, MVIndex<K, V> index) {
        // H2 keeps old pages for those of its statements that run; this is none.
        TxCounter usage = file.registerVersionUsage();
        try {
            Set<Integer> underWay = underWay(transactions);
            MVMap<K, VersionedValue<V>> map = index.getMVMap();
            Cursor<K, VersionedValue<V>> entries = map.cursor(null);
            while (entries.hasNext()) {
                K key = entries.next();
                long operation = entries.getValue().getOperationId();
                if (operation != 0 && later.size() < MOST_LATER) {
                    Leftover<K, V> leftover = new Leftover<>(map, key, operation);
                    if (underWay.contains(leftover.transaction()) || !undo(transactions, leftover)) {
                        later.add(leftover);
                    }
                }
            }
        } catch (RuntimeException e) {
            log.warn("Index {} could not be searched for what a kill may have left in it", index.getTraceSQL(), e);
        } finally {
            file.deregisterVersionUsage(usage);
        }
    }

    /** False while a transaction of its number is under way. */
    private <K, V> boolean undo(TransactionStore transactions, Leftover<K, V> leftover) {
        Undo<V> undo = new Undo<>(leftover, () -> underWay(transactions).contains(leftover.transaction()));
        leftover.map().operate(leftover.key(), null, undo);
        undone += undo.decision == Decision.ABORT ? 0 : 1;
        return !undo.isUnderWay;
    }

    private static Set<Integer> underWay(TransactionStore transactions) {
        return transactions.getOpenTransactions().stream()
                .map(Transaction::getId)
                .collect(Collectors.toSet());
    }

    /** An entry of a transaction that is not committed; it may also be under way now. */
    private record Leftover<K, V>(MVMap<K, VersionedValue<V>> map, K key, long operation) {

        int transaction() {
            return (int) (operation >>> OPERATION_BITS);
        }
    }

    private static final class Undo<V> extends DecisionMaker<VersionedValue<V>> {

        private final long operation;
        private final BooleanSupplier underWay;
        private boolean isUnderWay;
        private Decision decision = Decision.ABORT;

        Undo(Leftover<?, V> leftover, BooleanSupplier underWay) {
            operation = leftover.operation();
            this.underWay = underWay;
        }

        @Override
        public Decision decide(@Nullable VersionedValue<V> existing, @Nullable VersionedValue<V> provided) {
            boolean isThere = existing != null && existing.getOperationId() == operation;
            isUnderWay = isThere && underWay.getAsBoolean();
            if (existing == null || !isThere || isUnderWay) {
                decision = Decision.ABORT;
            } else {
                decision = existing.getCommittedValue() == null ? Decision.REMOVE : Decision.PUT;
            }
            return decision;
        }

        /** A value of H2 is its own committed version. */
        @Override
        @SuppressWarnings("unchecked")
        public <T extends VersionedValue<V>> T selectValue(T existing, T provided) {
            return (T) existing.getCommittedValue();
        }
    }
}

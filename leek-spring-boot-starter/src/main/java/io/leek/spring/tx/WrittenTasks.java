package io.leek.spring.tx;

import io.leek.client.TaskGateway;
import io.leek.client.TaskGateway.Pushed;
import io.leek.spring.tx.ApplicationStores.Joined;
import io.leek.task.TaskKey;
import io.leek.task.TaskRecord;
import io.leek.wire.Command.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.core.Ordered;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The rows that one transaction has written into the queue, of which the server hears once it has committed. */
final class WrittenTasks extends OpenTransaction {

    /** Rows of one statement; their arrays are held in memory. */
    private static final int BATCH = 5_000;

    /** Beyond so many the server had better look for itself. */
    private static final int MOST_NAMED = 100;

    private static final int TRIES = 3;

    private final Joined store;
    private final TaskGateway gateway;
    private final UnconfirmedTasks unconfirmed;
    private final List<Written> written = new ArrayList<>();
    private final List<String> assumed = new ArrayList<>();
    private long count;
    private boolean hasUnnameable;
    private boolean isTold;

    WrittenTasks(Joined store, TaskGateway gateway, UnconfirmedTasks unconfirmed) {
        this.store = store;
        this.gateway = gateway;
        this.unconfirmed = unconfirmed;
        store.guardCommit();
    }

    boolean isIn(Joined other) {
        return store.tables() == other.tables();
    }

    List<Pushed> write(List<TaskRecord> tasks) {
        List<Pushed> pushed = new ArrayList<>(tasks.size());
        if (tasks.stream().allMatch(task -> task.key() == null)) {
            for (int from = 0; from < tasks.size(); from += BATCH) {
                write(store.tables().jdbc(), tasks.subList(from, Math.min(from + BATCH, tasks.size())));
            }
            tasks.forEach(task -> pushed.add(new Pushed(task.jid(), true, this)));
        } else {
            tasks.forEach(task -> pushed.add(writeKeyed(task)));
        }
        hasUnnameable |= tasks.stream().anyMatch(WrittenTasks::isUnnameable);
        return pushed;
    }

    /** Of one that is named the server would think that it needs no place in a mutex, and may wait in a worker. */
    private static boolean isUnnameable(TaskRecord task) {
        return task.mutex() != null || task.key() instanceof TaskKey.WhileQueued;
    }

    private void write(JdbcTemplate jdbc, List<TaskRecord> batch) {
        if (count + batch.size() <= MOST_NAMED) {
            add(store.sql().insert(jdbc, batch));
        } else {
            store.sql().insertUnnamed(jdbc, batch);
            added(batch.size(), batch.stream().map(TaskRecord::jid));
        }
    }

    private Pushed writeKeyed(TaskRecord task) {
        // The one that has the key may end between the two statements.
        for (int i = 0; i < TRIES; i++) {
            Optional<Written> row = store.sql().insertOne(store.tables().jdbc(), task);
            if (row.isPresent()) {
                add(List.of(row.get()));
                return new Pushed(task.jid(), true, this);
            }
            Optional<String> holder = store.sql()
                    .holder(
                            store.tables().jdbc(),
                            Objects.requireNonNull(task.key()).text());
            if (holder.isPresent()) {
                return new Pushed(holder.get(), false);
            }
        }
        throw new ConcurrencyFailureException("The key of task " + task.name()
                + " is taken, by a task that this transaction can't see; try the transaction again");
    }

    private void add(List<Written> rows) {
        added(rows.size(), rows.stream().map(Written::jid));
        if (count <= MOST_NAMED) {
            written.addAll(rows);
        }
    }

    private void added(int rows, Stream<String> jids) {
        count += rows;
        if (!store.isConfirmed()) {
            jids.forEach(assumed::add);
        }
    }

    /** Before others have their turn: what they do may take long, or throw. But after the end of the guarded commit. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 1;
    }

    @Override
    public void afterCommit() {
        ended();
        store.sync();
        tell();
    }

    @Override
    public void afterCompletion(int status) {
        ended();
        if (status != STATUS_ROLLED_BACK) {
            tell();
        }
    }

    private void tell() {
        if (!isTold && count > 0) {
            isTold = true;
            gateway.wake(count <= MOST_NAMED && !hasUnnameable ? written : List.of());
            if (!assumed.isEmpty()) {
                unconfirmed.add(store.tables(), assumed);
            }
        }
    }
}

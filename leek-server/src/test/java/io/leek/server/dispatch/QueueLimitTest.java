package io.leek.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Outcome;
import io.leek.server.store.TaskStore;
import io.leek.task.TaskRecord;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the rows are counted while others commit, and where they can't be. */
@Timeout(60)
class QueueLimitTest {

    private static final int MAX = 5;

    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();
    private final ExecutorService lookUps = Executors.newSingleThreadExecutor();
    private volatile LongSupplier counting = rows::get;
    private final TaskStore store = (TaskStore) Proxy.newProxyInstance(
            TaskStore.class.getClassLoader(),
            new Class<?>[] {TaskStore.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "apply" -> apply((List<?>) arguments[0]);
                case "queued" -> counting.getAsLong();
                case "known" -> Set.of();
                case "isExclusive" -> true;
                default -> throw new UnsupportedOperationException(method.getName());
            });
    private final Committer committer = new Committer(store);

    private List<Outcome> apply(List<?> changes) {
        rows.addAndGet(changes.size());
        return changes.stream().<Outcome>map(change -> new Outcome.Done(null)).toList();
    }

    @AfterEach
    void close() throws Exception {
        committer.close();
        lookUps.shutdown();
    }

    private QueueLimit limit() throws Exception {
        QueueLimit limit = new QueueLimit(store, committer, lookUps, nanos::get, MAX);
        isCounted();
        return limit;
    }

    private void isCounted() throws Exception {
        lookUps.submit(() -> {}).get();
    }

    private void insert() {
        committer.submit(change()).join();
    }

    private static Change change() {
        Instant now = Instant.EPOCH;
        return new Change.Insert("task-0001", "a.b", "default", 5, now, now, "{}", null, null);
    }

    /** What became of as many pushes, one after the other. */
    private long taken(QueueLimit limit, int pushes) throws Exception {
        TaskRecord task = TaskRecord.parse("{\"jid\":\"task-0001\",\"jobtype\":\"a.b\",\"args\":[]}");
        long taken = 0;
        for (int i = 0; i < pushes; i++) {
            CompletableFuture<Boolean> push = limit.push(
                    List.of(task), () -> committer.submit(change()).thenApply(outcome -> true), reason -> false);
            taken += push.get() ? 1 : 0;
        }
        return taken;
    }

    @Test
    void whatWasThereBeforeTakesRoom() throws Exception {
        rows.set(3);

        assertThat(taken(limit(), 10)).isEqualTo(2);
    }

    @Test
    void whatIsCommittedDuringACountIsNotCountedTwice() throws Exception {
        rows.set(3);
        counting = () -> {
            counting = rows::get;
            insert();
            return rows.get();
        };

        assertThat(taken(limit(), 10)).as("4 rows are there").isEqualTo(1);
    }

    @Test
    void whereSomethingIsAlwaysCommittedTasksAreLetThroughInDoubt() throws Exception {
        counting = () -> {
            long found = rows.get();
            insert();
            return found;
        };

        QueueLimit limit = limit();
        counting = rows::get;

        assertThat(rows).as("three tries").hasValue(3);
        assertThat(taken(limit, 10)).as("of the 3 rows the last one was missed").isEqualTo(3);
        nanos.addAndGet(QueueLimit.COUNT_AFTER.toNanos());
        assertThat(taken(limit, 1)).isZero();
    }

    @Test
    void aStoreThatCanNotBeCountedLeavesTheLastFigure() throws Exception {
        rows.set(3);
        QueueLimit limit = limit();
        counting = () -> {
            throw new IllegalStateException("no connection");
        };
        nanos.addAndGet(QueueLimit.COUNT_AFTER.toNanos());
        assertThat(taken(limit, 1)).isEqualTo(1);
        isCounted();

        assertThat(taken(limit, 10)).isEqualTo(1);
    }

    @Test
    void aDearCountIsMadeLessOften() throws Exception {
        AtomicLong counts = new AtomicLong();
        counting = () -> {
            counts.incrementAndGet();
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            return MAX;
        };
        QueueLimit limit = limit();

        for (int seconds = 0; seconds < 19; seconds++) {
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            assertThat(taken(limit, 1)).isZero();
            isCounted();
        }
        assertThat(counts).hasValue(1);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        taken(limit, 1);
        isCounted();
        assertThat(counts).hasValue(2);
    }

    @Test
    void withoutALimitNothingIsCounted() throws Exception {
        counting = () -> {
            throw new AssertionError("counted");
        };
        QueueLimit limit = new QueueLimit(store, committer, lookUps, nanos::get, QueueLimit.NONE);

        assertThat(taken(limit, 10)).isEqualTo(10);
    }
}

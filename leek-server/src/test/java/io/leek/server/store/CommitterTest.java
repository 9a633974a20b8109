package io.leek.server.store;

import static io.leek.server.store.Changes.insert;
import static io.leek.server.store.Changes.insertWithKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CommitterTest {

    /** One permit lets one batch through. */
    private final Semaphore gate = new Semaphore(Integer.MAX_VALUE / 2);

    private final Semaphore entered = new Semaphore(0);
    private final List<List<String>> batches = new ArrayList<>();
    private volatile Function<List<? extends Change>, List<Outcome>> applied = changes -> changes.stream()
            .<Outcome>map(change -> new Outcome.KeyTaken(change.jid()))
            .toList();
    private final Committer committer = new Committer(TestStores.applying(this::apply));

    private List<Outcome> apply(List<? extends Change> changes) {
        batches.add(changes.stream().map(Change::jid).toList());
        entered.release();
        gate.acquireUninterruptibly();
        return applied.apply(changes);
    }

    /** Lets the committer begin with one change and wait there. */
    private CompletableFuture<Outcome> busy() throws InterruptedException {
        gate.drainPermits();
        CompletableFuture<Outcome> first = committer.submit(insert("task-busy"));
        assertThat(entered.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        return first;
    }

    @AfterEach
    void close() {
        gate.release(1_000_000);
        committer.close();
    }

    @Test
    void aChangeAloneIsCommittedAtOnce() throws Exception {
        assertThat(committer.submit(insert("task-0001")).get()).isEqualTo(new Outcome.KeyTaken("task-0001"));
        assertThat(batches).containsExactly(List.of("task-0001"));
    }

    @Test
    void whatGathersDuringACommitIsCommittedTogether() throws Exception {
        busy();
        CompletableFuture<Outcome> second = committer.submit(insert("task-0002"));
        CompletableFuture<List<Outcome>> more = committer.submitAll(List.of(insert("task-0003"), insert("task-0004")));
        assertThat(second).isNotDone();
        gate.release(2);

        assertThat(more.get()).containsExactly(new Outcome.KeyTaken("task-0003"), new Outcome.KeyTaken("task-0004"));
        assertThat(second.get()).isEqualTo(new Outcome.KeyTaken("task-0002"));
        assertThat(batches).containsExactly(List.of("task-busy"), List.of("task-0002", "task-0003", "task-0004"));
    }

    @Test
    void whereOthersHaveTheStoreOpenTooKeysAreTakenApartFromTheRest() throws Exception {
        Semaphore keys = new Semaphore(0);
        List<String> kept = new ArrayList<>();
        Committer shared = new Committer(TestStores.applying(false, changes -> {
            if (changes.stream().anyMatch(Change::takesKey)) {
                keys.acquireUninterruptibly();
                changes.forEach(change -> kept.add(change.jid()));
            }
            return changes.stream().<Outcome>map(change -> new Outcome.Lost()).toList();
        }));
        CompletableFuture<Outcome> keyed = shared.submit(insertWithKey("task-0001", "key"));
        CompletableFuture<Outcome> requeue = shared.submit(new Change.Requeue("task-0002", Changes.NOW));
        CompletableFuture<List<Outcome>> mixed =
                shared.submitAll(List.of(insert("task-0003"), insertWithKey("task-0004", "other")));
        CompletableFuture<List<Outcome>> all = shared.submitAll(List.of());

        assertThat(shared.submit(insert("task-0005")).get()).isEqualTo(new Outcome.Lost());
        assertThat(List.of(keyed, requeue, mixed, all)).noneMatch(CompletableFuture::isDone);
        keys.release(4);

        assertThat(all.get()).isEmpty();
        assertThat(List.of(keyed, requeue, mixed)).allMatch(CompletableFuture::isDone);
        shared.close();
        assertThat(kept).containsExactly("task-0001", "task-0002", "task-0003", "task-0004");
    }

    @Test
    void whereTheStoreIsParallelHandOutsAndEndsAreCommittedSideBySide() throws Exception {
        Semaphore ends = new Semaphore(0);
        Committer shared = new Committer(TestStores.applying(false, changes -> {
            if (changes.stream().anyMatch(Change.Succeed.class::isInstance)) {
                ends.acquireUninterruptibly();
            }
            return changes.stream().<Outcome>map(change -> new Outcome.Lost()).toList();
        }));
        CompletableFuture<Outcome> end = shared.submit(Changes.succeed("task-0001", "t"));
        CompletableFuture<Outcome> renewal = shared.submit(new Change.Renew("task-0002", "t", Changes.NOW, "server-1"));

        assertThat(shared.submit(Changes.claim("task-0003", "t"))).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(end).isNotDone();
        assertThat(renewal).as("it may be of a lease that ends now").isNotDone();
        ends.release();

        assertThat(shared.submitAll(List.of()).get()).isEmpty();
        assertThat(end).isDone();
        shared.close();
    }

    @Test
    void whatIsInAnothersHandIsToBeAskedForAgain() {
        applied = changes -> changes.stream()
                .<Outcome>map(change -> change.jid().equals("task-0002") ? new Outcome.Busy() : new Outcome.Lost())
                .toList();

        assertThat(committer.submit(insert("task-0001"))).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(committer.submitAll(List.of(insert("task-0002"), insert("task-0003"))))
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .withMessageContaining("ask again");
    }

    @Test
    void whatIsCommittedIsAnsweredSoAlsoWhereWhatFollowsFails() throws Exception {
        List<String> told = new ArrayList<>();
        committer.onCommitted((changes, outcomes) -> {
            throw new IllegalStateException("a fault of ours");
        });
        committer.onCommitted((changes, outcomes) -> told.add(changes.get(0).jid()));

        assertThat(committer.submit(insert("task-0001")).get()).isEqualTo(new Outcome.KeyTaken("task-0001"));
        assertThat(told).containsExactly("task-0001");
    }

    @Test
    void aLentThreadCommitsAndAnswersItself() {
        List<Thread> threads = committingThreads();
        committer.onCommitted((changes, outcomes) -> threads.add(Thread.currentThread()));
        CompletableFuture<Outcome> first = committer.lending(() -> committer
                .submit(insert("task-0001"))
                .whenComplete((outcome, error) -> threads.add(Thread.currentThread())));

        assertThat(first).isCompletedWithValue(new Outcome.Lost());
        assertThat(threads).hasSize(3).containsOnly(Thread.currentThread());
        assertThat(committer.submit(insert("task-0002"))).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(threads.get(3)).isNotSameAs(Thread.currentThread());
    }

    @Test
    void aThreadThatTheStoreDoesNotTakeIsNotLent() {
        List<Thread> threads = committingThreads();
        Thread.currentThread().interrupt();
        CompletableFuture<Outcome> change = committer.lending(() -> committer.submit(insert("task-0001")));
        assertThat(Thread.interrupted()).isTrue();

        assertThat(change).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(threads).hasSize(1).doesNotContain(Thread.currentThread());
    }

    @Test
    void aLentThreadDoesNotOvertakeWhatIsBeingCommitted() throws Exception {
        busy();
        CompletableFuture<Outcome> second = committer.lending(() -> committer.submit(insert("task-0002")));
        assertThat(second).isNotDone();
        gate.release(2);

        assertThat(second).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(batches).containsExactly(List.of("task-busy"), List.of("task-0002"));
    }

    @Test
    void whatComesWhileALentThreadCommitsFollowsIt() throws Exception {
        CompletableFuture<Outcome> lent = busyLent();
        CompletableFuture<Outcome> second = committer.submit(insert("task-0002"));
        CompletableFuture<Outcome> third = committer.lending(() -> committer.submit(insert("task-0003")));
        CompletableFuture<List<Outcome>> all = committer.submitAll(List.of());
        assertThat(List.of(lent, second, third, all)).noneMatch(CompletableFuture::isDone);
        gate.release(2);

        assertThat(all).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(List.of(second, third)).allMatch(CompletableFuture::isDone);
        assertThat(lent).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(batches).containsExactly(List.of("task-busy"), List.of("task-0002", "task-0003"));
    }

    @Test
    void closingWaitsForALentThread() throws Exception {
        CompletableFuture<Outcome> lent = busyLent();
        CompletableFuture<Outcome> queued = committer.submit(insert("task-0002"));
        Thread closing = new Thread(committer::close);
        closing.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (closing.getState() != Thread.State.WAITING && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(closing.getState()).isEqualTo(Thread.State.WAITING);
        assertThat(queued).isNotDone();
        gate.release(2);

        closing.join();
        assertThat(lent).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(queued).isCompletedWithValue(new Outcome.KeyTaken("task-0002"));
        assertThat(committer.lending(() -> committer.submit(insert("task-0003"))))
                .isCompletedExceptionally();
    }

    @Test
    void whatFollowsFromTheAnswerOfALentThreadComesBeforeTheNext() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> last = committer.lending(() -> {
            CompletableFuture<Outcome> made = committer.submit(insert("task-0001"));
            committer.submitAll(List.of()).thenRun(() -> order.add("all"));
            CompletableFuture<Void> later =
                    committer.submit(insert("task-0002")).thenRun(() -> order.add("later"));
            // The lane's own thread could have overtaken this one by now.
            assertThat(later).failsWithin(50, TimeUnit.MILLISECONDS);
            made.thenRun(() -> order.add("made"));
            return later;
        });

        assertThat(last).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(order).containsExactly("made", "all", "later");
    }

    @Test
    void aLentThreadThatFailsStopsNobody() {
        applied = changes -> {
            throw new StackOverflowError("no depth left");
        };
        CompletableFuture<Outcome> failed = committer.lending(() -> committer.submit(insert("task-0001")));
        assertThat(failed).isCompletedExceptionally();
        List<Thread> threads = committingThreads();

        // Who calls next is not to wait for a database that may not answer.
        assertThat(committer.lending(() -> committer.submit(insert("task-0002"))))
                .succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(threads).hasSize(1).doesNotContain(Thread.currentThread());
        // Its thread has answered before it says that it is idle again.
        while (!threads.contains(Thread.currentThread())) {
            assertThat(committer.lending(() -> committer.submit(insert("task-0003"))))
                    .succeedsWithin(10, TimeUnit.SECONDS);
        }
    }

    /** From now on, who makes each commit. */
    private List<Thread> committingThreads() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        applied = changes -> {
            threads.add(Thread.currentThread());
            return List.of(new Outcome.Lost());
        };
        return threads;
    }

    /** Lets a lent thread begin with one change and wait there; completes when its caller has been answered. */
    private CompletableFuture<Outcome> busyLent() throws InterruptedException {
        gate.drainPermits();
        CompletableFuture<Outcome> first = CompletableFuture.supplyAsync(
                () -> committer
                        .lending(() -> committer.submit(insert("task-busy")))
                        .join(),
                run -> new Thread(run).start());
        assertThat(entered.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        return first;
    }

    @Test
    void theChangesOfOneCallAreNeverParted() throws Exception {
        busy();
        CompletableFuture<List<Outcome>> small = committer.submitAll(inserts(Committer.MAX_BATCH - 10));
        CompletableFuture<List<Outcome>> large = committer.submitAll(inserts(Committer.MAX_BATCH + 10));
        gate.release(3);

        assertThat(small.get()).hasSize(Committer.MAX_BATCH - 10);
        assertThat(large.get()).hasSize(Committer.MAX_BATCH + 10);
        assertThat(batches)
                .extracting(List::size)
                .containsExactly(1, Committer.MAX_BATCH - 10, Committer.MAX_BATCH + 10);
    }

    @Test
    void aFailedBatchFailsItsCallersOnlyAndTheNextIsTried() throws Exception {
        RuntimeException lost = new IllegalStateException("connection lost");
        Function<List<? extends Change>, List<Outcome>> working = applied;
        applied = changes -> {
            throw lost;
        };
        CompletableFuture<Outcome> failed = committer.submit(insert("task-0001"));
        assertThatThrownBy(failed::get).isInstanceOf(ExecutionException.class).hasRootCause(lost);

        applied = working;
        assertThat(committer.submit(insert("task-0002")).get()).isEqualTo(new Outcome.KeyTaken("task-0002"));
    }

    @Test
    void anErrorDoesNotStopTheCommitter() throws Exception {
        Function<List<? extends Change>, List<Outcome>> working = applied;
        applied = changes -> {
            throw new OutOfMemoryError("too large");
        };
        assertThat(committer.submit(insert("task-0001"))).failsWithin(10, TimeUnit.SECONDS);

        applied = working;
        assertThat(committer.submit(insert("task-0002")).get()).isNotNull();
    }

    @Test
    void itIsCongestedUntilEnoughIsCommittedAndSaysSoOnce() throws Exception {
        AtomicBoolean relieved = new AtomicBoolean();
        committer.onRelieved(() -> relieved.set(true));
        assertThat(relieved.getAndSet(false)).as("at once, without congestion").isTrue();

        busy();
        CompletableFuture<List<Outcome>> last = committer.submitAll(inserts(Committer.CONGESTED));
        assertThat(committer.isCongested()).isTrue();
        CompletableFuture<Void> signal = new CompletableFuture<>();
        committer.onRelieved(() -> {
            relieved.set(true);
            signal.complete(null);
        });
        assertThat(relieved).isFalse();
        gate.release(2);

        last.get();
        signal.get();
        assertThat(committer.isCongested()).isFalse();
    }

    @Test
    void aLargePayloadWeighsMoreThanOneChange() throws Exception {
        busy();
        Change.Insert large = new Change.Insert(
                "task-0001",
                "n",
                "default",
                5,
                Changes.NOW,
                Changes.NOW,
                "x".repeat(Committer.CONGESTED * 1024),
                null,
                null);
        committer.submit(large);

        assertThat(committer.isCongested()).isTrue();
    }

    @Test
    void tooMuchIsRefusedNotDropped() throws Exception {
        busy();
        CompletableFuture<List<Outcome>> accepted = committer.submitAll(inserts(Committer.CAPACITY));
        CompletableFuture<Outcome> refused = committer.submit(insert("task-0001"));

        assertThatThrownBy(refused::get).hasCauseInstanceOf(RejectedExecutionException.class);
        gate.release(2);
        assertThat(accepted.get()).hasSize(Committer.CAPACITY);
    }

    @Test
    void closingFinishesWhatIsQueuedAndRefusesTheRest() throws Exception {
        busy();
        CompletableFuture<Outcome> queued = committer.submit(insert("task-0001"));
        gate.release(2);
        committer.close();

        assertThat(queued).isCompletedWithValue(new Outcome.KeyTaken("task-0001"));
        assertThatThrownBy(committer.submit(insert("task-0002"))::get)
                .hasCauseInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("stopping");
    }

    private static List<Change> inserts(int count) {
        List<Change> inserts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            inserts.add(insert("task-%05d".formatted(i)));
        }
        return inserts;
    }
}

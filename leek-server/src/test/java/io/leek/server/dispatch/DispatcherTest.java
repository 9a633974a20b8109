package io.leek.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Lease;
import io.leek.server.store.OpenStore;
import io.leek.server.store.Outcome;
import io.leek.server.store.StoreSettings;
import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.Claimable;
import io.leek.server.store.TestClock;
import io.leek.task.InvalidTaskException;
import io.leek.task.TaskRecord;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens while a commit takes its time. */
@Timeout(60)
class DispatcherTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path dir;

    private final ExecutorService reads = Executors.newSingleThreadExecutor();
    private final Semaphore commits = new Semaphore(0);
    private final AtomicInteger pages = new AtomicInteger();
    private OpenStore open;
    private Committer committer;
    private Dispatcher dispatcher;
    private Intake intake;
    private Attempts attempts;
    private volatile boolean failing;

    @BeforeEach
    void start() {
        TestClock clock = new TestClock();
        open = OpenStore.open(new StoreSettings.Location.File(dir), clock);
        TaskStore store = slow(open.store());
        committer = new Committer(store);
        dispatcher = new Dispatcher(store, committer, reads, clock, System::nanoTime, "server-1", 3, Map.of());
        intake = new Intake(committer, dispatcher, clock);
        attempts = new Attempts(store, committer, dispatcher, reads, clock, 3, new Random(1));
    }

    @AfterEach
    void stop() {
        commits.release(1_000);
        dispatcher.stop();
        reads.shutdownNow();
        committer.close();
        open.close();
    }

    @Test
    void aFetchWhoseTimeWasOverWhileATaskSeemedToComeIsAnswered() throws Exception {
        commits.release(1);
        push("task-0001").get();
        Fetch fetch = fetch();
        CompletableFuture<Outcome> again = push("task-0001");

        dispatcher.giveUp(fetch);
        commits.release(2);

        assertThat(again).succeedsWithin(SOON).isInstanceOf(Outcome.Known.class);
        // It has got the task itself, or nothing: but it does not wait any longer.
        assertThat(fetch.answer()).succeedsWithin(SOON);
    }

    @Test
    void aFetchReservedForATaskThatIsKnownAlreadyEndsInTime() throws Exception {
        commits.release(2);
        push("task-0001").get();
        assertThat(fetch().answer()).succeedsWithin(SOON);
        Fetch second = fetch();
        CompletableFuture<Outcome> again = push("task-0001");

        dispatcher.giveUp(second);
        assertThat(second.answer()).isNotDone();
        commits.release(1);

        assertThat(again).succeedsWithin(SOON).isInstanceOf(Outcome.Known.class);
        assertThat(second.answer()).succeedsWithin(SOON).isEqualTo(List.of());
    }

    @Test
    void aTaskDoesNotOvertakeOneThatIsStillBeingStored() throws Exception {
        CompletableFuture<Outcome> first = push("task-0001");
        Fetch fetch = fetch();
        CompletableFuture<Outcome> second = push("task-0002");
        commits.release(10);

        assertThat(first).succeedsWithin(SOON);
        assertThat(second).succeedsWithin(SOON);
        assertThat(fetch.answer()).succeedsWithin(SOON);
        assertThat(fetch.answer().get().get(0).row().jid()).isEqualTo("task-0001");
    }

    @Test
    void aRowThatSomebodyElseHasWrittenIsClaimedWithoutLookingForIt() throws Exception {
        commits.release(10);
        push("task-0001").get();
        assertThat(taskOf(fetch())).isEqualTo("task-0001");
        Fetch fetch = fetch();
        int before = pages.get();
        Claimable row = stored("task-0002");

        intake.written(List.of(row));

        assertThat(taskOf(fetch)).isEqualTo("task-0002");
        assertThat(pages).hasValue(before);
    }

    @Test
    void aTaskForAFetchThatWasAbandonedGoesToTheNext() throws Exception {
        Fetch gone = fetch();
        CompletableFuture<Outcome> pushed = push("task-0001");
        dispatcher.abandon(gone);
        commits.release(10);
        assertThat(pushed).succeedsWithin(SOON);

        Fetch next = fetch();

        assertThat(next.answer()).succeedsWithin(SOON);
        Assignment task = next.answer().get().get(0);
        assertThat(task.row().jid()).isEqualTo("task-0001");
        assertThat(task.row().attempts()).isEqualTo(1);
    }

    @Test
    void aTaskStoredWithALeaseWhoseCommitWasInDoubtGoesToTheWorkerAllTheSame() throws Exception {
        Fetch fetch = fetch();
        failing = true;
        commits.release(1);

        assertThat(push("task-0001")).failsWithin(SOON);
        recover();

        assertThat(taskOf(fetch)).isEqualTo("task-0001");
    }

    @Test
    void aTaskWhoseClaimWasInDoubtGoesToTheNextFetch() throws Exception {
        commits.release(1);
        assertThat(push("task-0001")).succeedsWithin(SOON);
        failing = true;
        commits.release(1);
        assertThat(dispatcher.fetch("w-1", List.of("default"), 1).answer()).failsWithin(SOON);
        recover();

        assertThat(taskOf(fetch())).isEqualTo("task-0001");
    }

    @Test
    void severalWorkersThatWaitGetTasksInTurn() throws Exception {
        commits.release(1_000);
        Fetch first = dispatcher.fetch("w-1", List.of("default"), 10);
        Fetch second = dispatcher.fetch("w-2", List.of("default"), 10);
        reads.submit(() -> {}).get();

        intake.pushAll(List.of(record("task-0001"), record("task-0002"), record("task-0003")));

        assertThat(first.answer()).succeedsWithin(SOON);
        assertThat(second.answer()).succeedsWithin(SOON);
        assertThat(jids(first)).containsExactly("task-0001", "task-0003");
        assertThat(jids(second)).containsExactly("task-0002");
    }

    @Test
    void aTaskThatIsGivenBackForAnotherServerMakesRoomForTheNextOfItsMutex() throws Exception {
        commits.release(1_000);
        for (String jid : List.of("task-0001", "task-0002")) {
            TaskRecord task = TaskRecord.parse("{\"jid\":\"" + jid + "\",\"jobtype\":\"a.b\",\"args\":[],"
                    + "\"custom\":{\"leek\":{\"mutex\":{\"name\":\"m\",\"limit\":1}}}}");
            intake.push(task).get();
        }
        assertThat(claimElsewhere("task-0001")).isInstanceOf(Outcome.Done.class);
        assertThat(claimElsewhere("task-0002")).isEqualTo(new Outcome.Blocked("m"));
        Fetch fetch = fetch();

        assertThat(attempts.release("task-0001", "lease-of-task-0001", Duration.ofHours(1)))
                .succeedsWithin(SOON)
                .isInstanceOf(Outcome.Done.class);

        assertThat(fetch.answer()).succeedsWithin(SOON);
        assertThat(jids(fetch)).containsExactly("task-0002");
    }

    private Outcome claimElsewhere(String jid) {
        Lease lease = new Lease(
                "lease-of-" + jid, TestClock.START, TestClock.START.plus(Duration.ofHours(1)), "w-9", "server-9");
        return open.store()
                .apply(List.of(new Change.LimitedClaim(jid, null, lease, null)))
                .get(0);
    }

    private static List<String> jids(Fetch fetch) throws Exception {
        return fetch.answer().get().stream().map(task -> task.row().jid()).toList();
    }

    private void recover() {
        failing = false;
        commits.release(1_000);
    }

    /** What a fetch gets from the sweeps, which come each second. */
    private String taskOf(Fetch fetch) throws Exception {
        while (!fetch.answer().isDone()) {
            dispatcher.sweep();
            Thread.onSpinWait();
        }
        Assignment task = fetch.answer().get().get(0);
        assertThat(task.row().attempts()).isEqualTo(1);
        return task.row().jid();
    }

    /** A fetch that waits, once the store has been looked at. */
    private Fetch fetch() throws Exception {
        Fetch fetch = dispatcher.fetch("w-1", List.of("default"), 1);
        reads.submit(() -> {}).get();
        return fetch;
    }

    private CompletableFuture<Outcome> push(String jid) throws InvalidTaskException {
        TaskRecord task = record(jid);
        return intake.push(task);
    }

    /** A row of which the dispatcher has not been told. */
    private Claimable stored(String jid) throws InvalidTaskException {
        TaskRecord task = record(jid);
        Change insert = new Change.Insert(
                jid,
                task.name(),
                task.queue(),
                task.priority(),
                TestClock.START,
                TestClock.START,
                task.text(),
                null,
                null);
        Outcome.Done done = (Outcome.Done) open.store().apply(List.of(insert)).get(0);
        return done.row().claimable();
    }

    private static TaskRecord record(String jid) throws InvalidTaskException {
        return TaskRecord.parse("{\"jid\":\"" + jid + "\",\"jobtype\":\"a.b\",\"args\":[]}");
    }

    /** Commits only as often as it is allowed to, and loses its answer where it shall fail. */
    private TaskStore slow(TaskStore store) {
        return (TaskStore) Proxy.newProxyInstance(
                TaskStore.class.getClassLoader(), new Class<?>[] {TaskStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("apply")) {
                        commits.acquire();
                    }
                    if (method.getName().equals("claimable")) {
                        pages.incrementAndGet();
                    }
                    Object result = method.invoke(store, arguments);
                    if (failing && method.getName().equals("apply")) {
                        throw new IllegalStateException("the connection broke after the commit");
                    }
                    return result;
                });
    }
}

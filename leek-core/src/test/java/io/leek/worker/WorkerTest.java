package io.leek.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.client.ClientSettings;
import io.leek.client.Connector;
import io.leek.client.FakeServer;
import io.leek.client.FakeServer.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker has three connections: one for control, opened first, one to fetch, and one to listen. */
@Timeout(60)
class WorkerTest {

    private static final String TASK = "[{\"jid\":\"task-0001\",\"jobtype\":\"%s\",\"args\":[],"
            + "\"custom\":{\"leek\":{\"lease\":\"lease-1\",\"attempt\":1}}}]";

    private final Handlers handlers = new Handlers();
    private final FakeServer server = new FakeServer();
    private final Connector connector =
            new Connector(new ClientSettings(server::address, Duration.ofSeconds(20), List.of()));
    private Worker worker;
    private Client control;
    private Client fetching;
    private Client listening;

    @BeforeEach
    void start() {
        handlers.on("quick", args -> "done");
        worker = new Worker(
                connector,
                new WorkerSettings("w-1", 1, 4, List.of("critical", "default"), Duration.ofMillis(500)),
                handlers);
        control = greets();
        assertThat(control.hears("LEEK JOIN "))
                .contains("\"wid\":\"w-1\"", "\"tasks\":[\"quick\"]", "\"queues\":[\"critical\",\"default\"]")
                .contains("\"held\":[]", "\"concurrency\":1");
        control.saysBulk("{\"lost\":[]}");
        worker.start();
        fetching = joins();
        listens();
        assertThat(fetching.hears("LEEK FETCH ")).contains("\"queues\":[\"critical\",\"default\"]", "\"max\":1,");
    }

    @AfterEach
    void stop() {
        listening.close();
        fetching.close();
        control.close();
        server.close();
        worker.close();
        connector.close();
    }

    @Test
    void runsWhatItFetchedAnswersAndFetchesOn() {
        fetching.saysBulk(TASK.formatted("quick"));

        assertThat(control.hears("ACK "))
                .isEqualTo("ACK {\"jid\":\"task-0001\",\"result\":\"\\\"done\\\"\",\"lease\":\"lease-1\"}");
        fetching.hears("LEEK FETCH ");
    }

    @Test
    void whatWasFetchedBeyondTheRunningTaskRunsInItsOrder() {
        fetching.saysBulk(tasks("quick", 3));

        for (int i = 1; i <= 3; i++) {
            assertThat(control.hears("ACK ")).contains("\"task-000" + i + "\"", "\"lease-" + i + "\"");
        }
    }

    @Test
    void whileTasksAreQuickTheNextHalfIsOnItsWay() {
        try (Worker ahead = new Worker(
                connector, new WorkerSettings("w-1", 1, 100, List.of("default"), Duration.ofMillis(500)), handlers)) {
            Client answers = joins();
            Client fetches = joins();
            ahead.start();
            assertThat(fetches.hears("LEEK FETCH ")).contains("\"max\":1,");
            fetches.saysBulk(tasks("quick", 1));
            answers.hears("ACK ");

            assertThat(fetches.hears("LEEK FETCH ")).contains("\"max\":51,");
            assertThat(fetches.hears("LEEK FETCH ")).contains("\"max\":50,");
            fetches.close();
            answers.close();
        }
    }

    @Test
    void whatGrewOldInAPauseGoesBackWithAllThatWasAskedForBefore() {
        AtomicLong pause = new AtomicLong();
        handlers.on("pausing", args -> {
            pause.set(Duration.ofSeconds(2).toNanos());
            return "done";
        });
        WorkerSettings settings = new WorkerSettings("w-1", 1, 100, List.of("default"), Duration.ofMillis(500));
        try (Worker ahead =
                new Worker(connector, settings, handlers, Thread::new, () -> System.nanoTime() + pause.get())) {
            Client answers = joins();
            Client fetches = joins();
            ahead.start();
            fetches.hears("LEEK FETCH ");
            fetches.saysBulk(tasks("quick", 1));
            answers.hears("ACK ");
            fetches.hears("LEEK FETCH ");
            fetches.hears("LEEK FETCH ");

            String four = tasks("pausing", 4);
            int second = four.indexOf("{\"jid\":\"task-0002\"");
            int fourth = four.indexOf("{\"jid\":\"task-0004\"");
            fetches.saysBulk("[" + four.substring(second, fourth - 1) + "]");
            List<String> said = new ArrayList<>(List.of(answers.hears(""), answers.hears("")));
            fetches.saysBulk("[" + four.substring(fourth));
            said.add(answers.hears(""));

            assertThat(said)
                    .anyMatch(line -> line.startsWith("ACK ") && line.contains("task-0002"))
                    .anyMatch(line -> line.startsWith("LEEK RELEASE ") && line.contains("task-0003"))
                    .anyMatch(line -> line.startsWith("LEEK RELEASE ") && line.contains("task-0004"));
            fetches.close();
            answers.close();
        }
    }

    @Test
    void aRunningTaskThatIsCancelledIsInterruptedAndEndsWithThatReasonAndNoRetry() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        handlers.on("forever", args -> {
            begun.countDown();
            return forever();
        });
        fetching.saysBulk(TASK.formatted("forever"));
        begun.await();

        listens().saysBulk("{\"cancel\":[\"task-0001\"],\"leases\":[\"lease-1\"]}");

        assertThat(control.hears("FAIL "))
                .contains("\"final\":true", "\"reason\":\"cancelled\"", "\"message\":\"cancelled while it ran\"")
                .contains("CountDownLatch.await");
        listens().hears("LEEK LISTEN ");
        fetching.hears("LEEK FETCH ");
        fetching.saysBulk(tasks("quick", 2).replace("task-0001", "task-0009").replace("lease-1", "lease-9"));
        assertThat(control.hears("ACK "))
                .as("the interrupt does not meet the next one")
                .contains("task-0009");
    }

    @Test
    void aPrefetchedTaskThatIsCancelledGoesBackAndNeverStarts() throws Exception {
        Slow slow = new Slow("waiting");
        String tasks = tasks("waiting", 2);
        fetching.saysBulk(tasks);
        slow.begun.await();

        listens().saysBulk("{\"cancel\":[\"task-0002\"],\"leases\":[\"lease-2\"]}");

        assertThat(control.hears("LEEK RELEASE ")).contains("task-0002", "lease-2");
        slow.end.countDown();
        assertThat(control.hears("ACK ")).contains("task-0001");
    }

    @Test
    void whatHasNotBegunGoesBackWhenTheServerSaysSo() throws Exception {
        Slow slow = new Slow("waiting");
        WorkerSettings settings = new WorkerSettings("w-1", 1, 100, List.of("default"), Duration.ofMillis(500));
        // Time stands still, so nothing goes back because it has waited.
        try (Worker still = new Worker(connector, settings, handlers, Thread::new, () -> 0)) {
            Client answers = joins();
            Client fetches = joins();
            still.start();
            Client listens = greets();
            listens.hears("LEEK LISTEN ");
            fetches.hears("LEEK FETCH ");
            fetches.saysBulk(tasks("waiting", 2).replace("task", "other"));
            slow.begun.await();

            listens.saysBulk("{\"give_back\":true}");

            assertThat(answers.hears("LEEK RELEASE ")).contains("other-0002", "lease-2");
            answers.says("+OK");
            slow.end.countDown();
            assertThat(answers.hears("ACK ")).contains("other-0001");
            fetches.close();
            listens.close();
            answers.close();
        }
    }

    @Test
    void aTaskThatComesAfterAllWentBackIsNotPassedOnBetweenTwoFetchesForEver() {
        AtomicLong time = new AtomicLong();
        WorkerSettings settings = new WorkerSettings("w-1", 1, 100, List.of("default"), Duration.ofMillis(500));
        try (Worker ahead = new Worker(connector, settings, handlers, Thread::new, time::incrementAndGet)) {
            Client answers = joins();
            Client fetches = joins();
            ahead.start();
            Client listens = greets();
            listens.hears("LEEK LISTEN ");
            fetches.hears("LEEK FETCH ");
            fetches.saysBulk(TASK.formatted("quick"));
            answers.hears("ACK ");
            answers.says("+OK");
            fetches.hears("LEEK FETCH ");
            fetches.hears("LEEK FETCH ");

            listens.saysBulk("{\"give_back\":true}");
            listens.hears("LEEK LISTEN ");

            for (int i = 2; i <= 3; i++) {
                fetches.saysBulk(TASK.formatted("quick").replace("lease-1", "lease-" + i));
                assertThat(answers.hears("LEEK RELEASE ")).contains("lease-" + i);
                answers.says("+OK");
            }
            fetches.hears("LEEK FETCH ");
            fetches.saysBulk(TASK.formatted("quick").replace("lease-1", "lease-4"));
            assertThat(answers.hears("")).startsWith("ACK ").contains("lease-4");
            fetches.close();
            listens.close();
            answers.close();
        }
    }

    @Test
    void aWordAboutAnotherLeaseOfATaskCancelsNothing() throws Exception {
        Slow slow = new Slow("waiting");
        fetching.saysBulk(TASK.formatted("waiting"));
        slow.begun.await();

        listens().saysBulk("{\"cancel\":[\"task-0001\"],\"leases\":[\"lease-0\"]}");
        listens().hears("LEEK LISTEN ");
        slow.end.countDown();

        assertThat(control.hears("ACK ")).contains("task-0001");
    }

    @Test
    void aTaskThatTakesLongerThanItsTimeoutIsInterruptedAndMayBeRetried() {
        handlers.on("forever", args -> forever());

        fetching.saysBulk(TASK.formatted("forever").replace("\"attempt\":1", "\"attempt\":1,\"timeout_ms\":20"));

        assertThat(control.hears("FAIL "))
                .contains("\"reason\":\"timeout\"", "it ran longer than its timeout of PT0.02S", "CountDownLatch.await")
                .doesNotContain("final");
    }

    @Test
    void aFetchThatIsAnsweredWithoutATaskIsMadeAgain() {
        fetching.saysBulk("[]");
        fetching.hears("LEEK FETCH ");
        fetching.says("-UNAVAILABLE the store does not answer");
        fetching.hears("LEEK FETCH ");
        fetching.saysBulk(tasks("quick", 1));

        assertThat(control.hears("ACK ")).contains("task-0001");
    }

    @Test
    void whatWouldHaveToWaitForASlowTaskIsGivenBack() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        handlers.on("slow", args -> {
            end.await();
            return "done";
        });
        fetching.saysBulk(tasks("slow", 3));

        assertThat(control.hears("LEEK RELEASE ")).contains("task-0002", "lease-2", "\"delay_ms\":0");
        assertThat(control.hears("LEEK RELEASE ")).contains("task-0003", "lease-3");
        control.says("+OK", "+OK");
        end.countDown();
        assertThat(control.hears("ACK ")).contains("task-0001");
        assertThat(fetching.hears("LEEK FETCH ")).contains("\"max\":1,");
    }

    /** A fetch that overtook it would bring what comes after it. */
    @Test
    void nothingIsFetchedUntilTheServerHasTakenBackWhatWasGivenBack() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        handlers.on("slow", args -> {
            end.await();
            return "done";
        });
        fetching.saysBulk(tasks("slow", 3));
        control.hears("LEEK RELEASE ");
        control.hears("LEEK RELEASE ");
        end.countDown();
        control.hears("ACK ");

        assertThat(fetching.isQuiet()).isTrue();
        control.says("+OK");
        assertThat(fetching.isQuiet()).isTrue();
        control.says("+OK");

        fetching.hears("LEEK FETCH ");
    }

    @Test
    void quickTasksAreFetchedAheadUpToThePrefetch() {
        // One for the idle thread and four ahead, less what has just come.
        assertThat(fetchAhead()).matches(".*\"max\":[345],.*");
    }

    @Test
    void nothingIsFetchedUntilTheServerHasConfirmedMoreOfWhatHasEnded() {
        int more = 10;
        fetching.saysBulk(tasks("quick", Supply.MOST_UNCONFIRMED + more));
        for (int i = 0; i < Supply.MOST_UNCONFIRMED + more; i++) {
            control.hears("ACK ");
        }

        assertThat(fetching.isQuiet()).isTrue();
        for (int i = 0; i < more; i++) {
            control.says("+OK");
        }
        assertThat(fetching.isQuiet()).isTrue();
        control.says("+OK");

        fetching.hears("LEEK FETCH ");
    }

    @Test
    void nothingIsFetchedAheadWhileLargeTasksWait() {
        handlers.on("slow", args -> forever());
        fetchAhead();
        String large = tasks("slow", 2).replace("\"args\":[]", "\"args\":[\"" + "x".repeat(1_100_000) + "\"]");

        fetching.saysBulk(large);
        control.hears("ACK ");
        while (!control.hears("").startsWith("LEEK RELEASE ")) {
            // Answers of the quick ones before.
        }
        worker.close();

        assertThat(fetching.hears("")).isEqualTo("END");
    }

    /** Runs quick tasks until the worker asks for several at once, and returns how it does. */
    private String fetchAhead() {
        String fetch = "";
        // The first run of all may be slow; each quick one makes it look further ahead.
        for (int i = 0; i < 200 && !fetch.matches(".*\"max\":[345],.*"); i++) {
            fetching.saysBulk(tasks("quick", 1));
            fetch = fetching.hears("LEEK FETCH ");
        }
        return fetch;
    }

    @Test
    void atAStopWhatHasNotBegunIsGivenBack() throws Exception {
        Slow slow = new Slow("slow");
        fetching.saysBulk(tasks("slow", 2));
        slow.begun.await();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);

        assertThat(control.hears("LEEK RELEASE ")).contains("task-0002");
        control.hears("BEAT ");
        slow.end.countDown();
        assertThat(control.hears("ACK ")).contains("task-0001");
        control.says("+OK", "+OK", "+OK");
        control.hears("END");
        closing.join();
    }

    @Test
    void sendsAnAnswerAgainAfterAReconnectAndJoinsFirstWithWhatItHolds() {
        fetching.saysBulk(TASK.formatted("quick"));
        control.hears("ACK ");
        control.close();

        control = greets();

        assertThat(control.hears("LEEK JOIN ")).contains("\"held\":[{\"jid\":\"task-0001\",\"lease\":\"lease-1\"}]");
        control.saysBulk("{\"lost\":[]}");
        assertThat(control.hears("ACK ")).contains("task-0001", "lease-1");
        control.says("+OK").close();
        control = greets();
        assertThat(control.hears("LEEK JOIN ")).contains("\"held\":[]");
    }

    @Test
    void whatTheAnswerToAJoinSaysIsLostIsNotReportedAsHeldAgain() throws Exception {
        Slow slow = new Slow("slow");
        fetching.saysBulk(TASK.formatted("slow"));
        slow.begun.await();
        control.close();

        control = greets();
        assertThat(control.hears("LEEK JOIN ")).contains("\"held\":[{\"jid\":\"task-0001\"");
        control.saysBulk("{\"lost\":[\"task-0001\"]}").close();

        control = greets();
        assertThat(control.hears("LEEK JOIN ")).contains("\"held\":[]");
        slow.end.countDown();
    }

    @Test
    void aResultThatTheServerRefusesFailsTheTask() {
        fetching.saysBulk(TASK.formatted("quick"));
        control.hears("ACK ");

        control.says("-ERR a line may have at most 8388608 bytes");

        assertThat(control.hears("FAIL "))
                .contains("\"reason\":\"result\"", "\"final\":true", "\"lease\":\"lease-1\"")
                .contains("a line may have at most 8388608 bytes");
    }

    @Test
    void anAnswerThatTheStoreCouldNotTakeIsSentAgain() {
        fetching.saysBulk(TASK.formatted("quick"));
        control.hears("ACK ");

        control.says("-UNAVAILABLE the database does not answer");

        control.hears("ACK ");
    }

    @Test
    void anAnswerUnderALeaseThatIsOverIsDropped() {
        fetching.saysBulk(TASK.formatted("quick"));
        control.hears("ACK ");

        control.says("-STALE the lease is over").close();

        control = greets();
        assertThat(control.hears("LEEK JOIN ")).contains("\"held\":[]");
    }

    @Test
    void aTaskThatIsNoJsonDoesNotEndTheThread() {
        fetching.saysBulk("[{\"jid\":\"task-0001\"}]");

        fetching.hears("LEEK FETCH ");
    }

    @Test
    void aRunThatEndsAsNoRunShouldIsAnswered() {
        handlers.onFind("odd", () -> {
            throw new NoClassDefFoundError("a/B");
        });

        fetching.saysBulk(TASK.formatted("odd"));

        assertThat(control.hears("FAIL ")).contains("\"errtype\":\"DetailsLost\"", "\"lease\":\"lease-1\"");
        fetching.hears("LEEK FETCH ");
    }

    @Test
    void aFailureThatTheServerRefusesIsSentOnceMoreWithoutItsDetails() {
        fetching.saysBulk(TASK.formatted("nobody"));
        assertThat(control.hears("FAIL ")).contains("no task method is called nobody");

        control.says("-ERR a line may have at most 100 bytes");

        assertThat(control.hears("FAIL "))
                .contains("DetailsLost", "\"reason\":\"unknown_task\"", "\"final\":true", "\"lease\":\"lease-1\"");
        control.says("-ERR a line may have at most 100 bytes").close();
        control = greets();
        assertThat(control.hears("LEEK JOIN ")).contains("\"held\":[]");
    }

    @Test
    void aTaskThatAnInterruptEndsIsGivenBackOnceItHasEnded() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        handlers.on("long", args -> {
            begun.countDown();
            try {
                return forever();
            } finally {
                ended.complete(true);
            }
        });
        CompletableFuture<Void> closing = closeWhile("long", begun);

        assertThat(control.hears("LEEK RELEASE ")).contains("task-0001", "lease-1", "\"delay_ms\":0");
        assertThat(ended).isDone();
        control.says("+OK");
        control.hears("END");
        closing.join();
    }

    @Test
    void aTaskThatRunsToItsEndDespiteTheInterruptIsAcknowledged() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        handlers.on("long", args -> {
            begun.countDown();
            try {
                return forever();
            } catch (InterruptedException e) {
                return "enough";
            }
        });
        CompletableFuture<Void> closing = closeWhile("long", begun);

        assertThat(control.hears("ACK ")).contains("task-0001", "enough");
        control.says("+OK");
        control.hears("END");
        closing.join();
    }

    @Test
    void aTaskThatDoesNotHeedTheInterruptIsGivenBackAndNotAnsweredAgain() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        handlers.on("deaf", args -> {
            thread.complete(Thread.currentThread());
            begun.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
                end.await();
            }
            return "late";
        });
        CompletableFuture<Void> closing = closeWhile("deaf", begun);

        control.hears("LEEK RELEASE ");
        assertThat(interrupted).isDone();
        end.countDown();
        thread.get().join();
        control.says("+OK");
        control.hears("END");
        closing.join();
    }

    @Test
    void anIdleWorkerStopsOnceTheServerAnswersItsFetch() {
        CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
        control.hears("BEAT ");
        control.says("+OK");
        fetching.saysBulk("[]");

        closing.join();

        fetching.hears("END");
        assertThat(fetching.isLeft()).isTrue();
    }

    private static String tasks(String name, int count) {
        StringBuilder tasks = new StringBuilder("[");
        for (int i = 1; i <= count; i++) {
            String task =
                    TASK.formatted(name).replace("task-0001", "task-000" + i).replace("lease-1", "lease-" + i);
            tasks.append(i == 1 ? "" : ",").append(task, 1, task.length() - 1);
        }
        return tasks.append(']').toString();
    }

    private CompletableFuture<Void> closeWhile(String name, CountDownLatch begun) throws InterruptedException {
        fetching.saysBulk(TASK.formatted(name));
        begun.await();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
        assertThat(control.hears("BEAT ")).contains("\"current_state\":\"quiet\"");
        control.says("+OK");
        return closing;
    }

    private static Object forever() throws InterruptedException {
        new CountDownLatch(1).await();
        throw new AssertionError("nobody counts down");
    }

    private Client joins() {
        Client client = greets();
        if (client.hears("LEEK ").startsWith("LEEK LISTEN ")) {
            listening = client;
            return joins();
        }
        return client.saysBulk("{\"lost\":[]}");
    }

    private Client listens() {
        if (listening == null) {
            listening = greets();
            listening.hears("LEEK LISTEN {\"wid\":\"w-1\"}");
        }
        return listening;
    }

    private Client greets() {
        Client client = server.accepts().says("+HI {\"v\":2}");
        assertThat(client.hears("HELLO ")).contains("\"wid\":\"w-1\"");
        return client.says("+OK");
    }

    /** A task that says when it has begun, and ends when it is let go. */
    private final class Slow {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);

        Slow(String name) {
            handlers.on(name, args -> {
                begun.countDown();
                end.await();
                return "done";
            });
        }
    }
}

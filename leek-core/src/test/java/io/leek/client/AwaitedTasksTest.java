package io.leek.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.LeekException;
import io.leek.LeekUnavailableException;
import io.leek.TaskRefusedException;
import io.leek.client.FakeServer.Client;
import io.leek.task.Task;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AwaitedTasksTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final FakeServer server = new FakeServer();
    private final Connector connector =
            new Connector(new ClientSettings(server::address, Duration.ofSeconds(20), List.of()));
    private final LeekClient client = new LeekClient(connector);
    private CompletableFuture<Task> first;
    private Client waits;

    @BeforeEach
    void waitForTheFirst() {
        server.greets();
        first = client.whenFinished("task-0001");
        waits = server.greets();
        hearsWaitFor("task-0001");
    }

    @AfterEach
    void close() {
        client.close();
        connector.close();
        server.close();
    }

    @Test
    void tasksAreWaitedForTogetherAndEachIsToldOnceItHasFinished() {
        CompletableFuture<Task> second = client.whenFinished("task-0002");
        hearsWaitFor("task-0001", "task-0002");
        waits.saysBulk("[]");
        waits.saysBulk("[" + row("task-0002") + "]");

        assertThat(second).succeedsWithin(SOON).satisfies(task -> {
            assertThat(task.id()).isEqualTo("task-0002");
            assertThat(task.result()).isEqualTo("7");
        });
        assertThat(first).isNotDone();

        hearsWaitFor("task-0001");
        waits.saysBulk("[" + row("task-0001") + "]");
        assertThat(first).succeedsWithin(SOON);
    }

    @Test
    void anAnswerWithoutAFinishedTaskIsAskedForAgain() {
        waits.saysBulk("[]");

        hearsWaitFor("task-0001");
        waits.saysBulk("[" + row("task-0001") + "]");
        assertThat(first).succeedsWithin(SOON);
    }

    @Test
    void whatChangesWhileTwoRequestsAreUnderWayGoesTogetherIntoTheNext() {
        client.whenFinished("task-0002");
        hearsWaitFor("task-0001", "task-0002");
        client.whenFinished("task-0003");
        client.whenFinished("task-0004").cancel(false);
        client.whenFinished("task-0005");
        waits.saysBulk("[]");

        hearsWaitFor("task-0001", "task-0002", "task-0003", "task-0005");
    }

    @Test
    void severalMayWaitForTheSameTask() {
        CompletableFuture<Task> same = client.whenFinished("task-0001");
        hearsWaitFor("task-0001");
        waits.saysBulk("[]");
        waits.saysBulk("[" + row("task-0001") + "]");

        assertThat(first).succeedsWithin(SOON);
        assertThat(same).succeedsWithin(SOON);
    }

    @Test
    void theServerIsToldWhenNobodyWaitsAnyMore() {
        first.cancel(false);

        waits.hears("LEEK WAIT {\"jids\":[],");
    }

    @Test
    void anAnswerToARequestFromBeforeAWaitDoesNotCountForIt() {
        client.whenFinished("task-0002");
        hearsWaitFor("task-0001", "task-0002");
        waits.saysBulk("[" + row("task-0001") + "]");
        assertThat(first).succeedsWithin(SOON);
        // Somebody has retried it and waits again, while what the server has seen before is still on its way.
        CompletableFuture<Task> again = client.whenFinished("task-0001");
        waits.saysBulk("[" + row("task-0001") + "]");

        hearsWaitFor("task-0002", "task-0001");
        assertThat(again).isNotDone();
        waits.saysBulk("[" + row("task-0001") + "]");
        assertThat(again).succeedsWithin(SOON);
    }

    @Test
    void aBrokenConnectionIsMadeAgainAndTheQuestionAskedAgain() {
        waits.close();
        waits = server.greets();

        hearsWaitFor("task-0001");
        waits.saysBulk("[" + row("task-0001") + "]");
        assertThat(first).succeedsWithin(SOON);
    }

    @Test
    void oneThatBreaksEachTimeEndsTheWait() {
        waits.close();
        waits = server.greets();
        hearsWaitFor("task-0001");
        waits.close();

        assertThat(failure(first)).isInstanceOfSatisfying(LeekUnavailableException.class, e -> {
            assertThat(e.taskId()).contains("task-0001");
            assertThat(e.port()).isEqualTo(server.port());
            assertThat(e).hasMessageStartingWith("Task task-0001 can't be waited for. The Leek server at 127.0.0.1");
        });
    }

    @Test
    void aServerThatIsGoneEndsTheWait() {
        server.close();
        waits.close();

        assertThat(failure(first)).isInstanceOf(LeekUnavailableException.class).hasMessageContaining("is not there");
    }

    @Test
    void aServerThatRefusesToWaitSaysWhyAndIsAskedForNothingMore() {
        waits.says("-BUSY too many wait");

        assertThat(failure(first))
                .isInstanceOfSatisfying(
                        TaskRefusedException.class, e -> assertThat(e.code()).isEqualTo("BUSY"))
                .hasMessage("Task task-0001 can't be waited for: too many wait");
        waits.hears("LEEK WAIT {\"jids\":[],");
        waits.says("-BUSY too many wait");
        client.whenFinished("task-0002");
        hearsWaitFor("task-0002");
    }

    @Test
    void aStoreThatDoesNotAnswerIsAServerThatIsNotAvailable() {
        waits.says("-UNAVAILABLE the store did not answer");

        assertThat(failure(first))
                .isInstanceOf(LeekUnavailableException.class)
                .hasMessageContaining("the store did not answer");
    }

    @Test
    void anAnswerThatIsNoTasksIsNotWaitedOver() {
        waits.saysBulk("{\"jid\":\"task-0001\"}");

        assertThat(failure(first))
                .isInstanceOf(LeekException.class)
                .hasMessageContaining("answered LEEK WAIT with what is no tasks");
    }

    @Test
    void aClosedClientWaitsForNothing() {
        client.close();

        assertThat(failure(first)).isInstanceOf(LeekUnavailableException.class);
        assertThat(failure(client.whenFinished("task-0002"))).isInstanceOf(LeekUnavailableException.class);
    }

    @Test
    void moreThanAServerTakesInOneRequestAreNotWaitedFor() {
        for (int i = 1; i < AwaitedTasks.MAX; i++) {
            client.whenFinished("task-0001");
        }

        assertThat(failure(client.whenFinished("task-0002")))
                .isInstanceOf(TaskRefusedException.class)
                .hasMessageContaining("waits for 10000 tasks already");
    }

    private void hearsWaitFor(String... ids) {
        waits.hears("LEEK WAIT {\"jids\":[\"" + String.join("\",\"", ids) + "\"],\"timeout_ms\":20000}");
    }

    private static Throwable failure(CompletableFuture<Task> future) {
        try {
            throw new AssertionError("expected a failure, but got " + future.get(10, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String row(String jid) {
        return "{\"jid\":\"" + jid
                + "\",\"name\":\"a.b\",\"queue\":\"default\",\"state\":\"success\",\"payload\":\"{}\","
                + "\"priority\":5,\"enqueued_at\":\"2026-03-01T10:00:00Z\",\"attempts\":1,\"crashes\":0,"
                + "\"running\":false,\"result\":\"7\"}";
    }
}

package io.leek.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.leek.LeekUnavailableException;
import io.leek.TaskRefusedException;
import io.leek.client.FakeServer.Client;
import io.leek.client.TaskGateway.Pushed;
import io.leek.task.TaskJson;
import io.leek.task.TaskQuery;
import io.leek.wire.Command;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

@Timeout(30)
class LeekClientTest {

    private final FakeServer server = new FakeServer();
    private final Connector connector =
            new Connector(new ClientSettings(server::address, Duration.ofSeconds(20), List.of()));
    private final LeekClient client = new LeekClient(connector);
    private final Client session = server.greetsProducer();

    @AfterEach
    void close() {
        client.close();
        connector.close();
        server.close();
    }

    @Test
    void oneTaskIsPushedWithAnAnswerAboutItsKey() {
        CompletableFuture<List<Pushed>> pushed = push(task("task-0001"));

        session.hears("LEEK PUSH {\"jid\":\"task-0001\"");
        session.saysBulk("{\"jid\":\"task-0009\",\"new\":false}");

        assertThat(pushed.join()).containsExactly(new Pushed("task-0009", false));
    }

    @Test
    void itKnowsTheStoreOfTheServerFromTheFirstContactOn() {
        CompletableFuture<List<Pushed>> pushed = push(task("task-0001"));
        session.hears("LEEK PUSH");
        session.saysBulk("{\"jid\":\"task-0001\",\"new\":true}");
        pushed.join();

        assertThat(client.storeId()).isEqualTo("store-1");
    }

    @Test
    void rowsThatATransactionHasWrittenAreToldWithoutWaitingForAnAnswer() {
        client.wake(List.of(new Command.Written("task-0001", 7, "mailer.welcome", "default", 5)));

        assertThat(session.hears("LEEK WAKE ")).contains("\"jid\":\"task-0001\"", "\"seq\":7");
    }

    @Test
    void aWhileAfterAPushTheServerIsAskedOnTheSameConnectionWhatNoWorkerTakes() {
        try (LeekClient asking = new LeekClient(connector, Duration.ofMillis(1))) {
            Client its = server.greetsProducer();
            CompletableFuture<List<Pushed>> pushed =
                    CompletableFuture.supplyAsync(() -> asking.push(List.of(task("task-0001"))));
            its.hears("LEEK PUSH");
            its.saysBulk("{\"jid\":\"task-0001\",\"new\":true}");

            its.hears("LEEK UNSERVED");

            assertThat(pushed.join()).hasSize(1);
        }
    }

    @Test
    void aRefusedTaskNamesTheTaskAndTheCode() {
        CompletableFuture<List<Pushed>> pushed = push(task("task-0001"));
        session.hears("LEEK PUSH");
        session.says("-FULL too many tasks");

        assertThatThrownBy(pushed::join)
                .cause()
                .isInstanceOfSatisfying(
                        TaskRefusedException.class, e -> assertThat(e.code()).isEqualTo("FULL"))
                .hasMessage("Task task-0001 (mailer.welcome) was refused: too many tasks");
    }

    @Test
    void aStoreWithoutAnAnswerLeavesTheOutcomeUnknown() {
        CompletableFuture<List<Pushed>> pushed = push(task("task-0001"));
        session.hears("LEEK PUSH");
        session.says("-UNAVAILABLE the database does not answer");

        assertThatThrownBy(pushed::join).cause().isInstanceOfSatisfying(LeekUnavailableException.class, e -> {
            assertThat(e.isOutcomeUnknown()).isTrue();
            assertThat(e.taskId()).contains("task-0001");
            assertThat(e).hasMessageContaining("the database does not answer");
        });
    }

    @Test
    void manyTasksGoTogetherAndARefusedOneIsNamed() {
        CompletableFuture<List<Pushed>> pushed = push(task("task-0001"), task("task-0002"));
        assertThat(session.hears("PUSHB [")).contains("task-0001", "task-0002");
        session.saysBulk("{\"task-0002\":\"Job not unique\"}");

        assertThatThrownBy(pushed::join)
                .cause()
                .isInstanceOf(TaskRefusedException.class)
                .hasMessageContaining("task-0002")
                .hasMessageContaining("Job not unique (1 of 2 tasks were refused, the others are queued)");
    }

    @Test
    void aBulkRefusedAsAWholeSaysWhatIsQueuedAllTheSame() {
        String page = "x".repeat(1_500_000);
        CompletableFuture<List<Pushed>> pushed =
                push(task("task-0001").put("page", page), task("task-0002").put("page", page), task("task-0003"));
        session.hears("PUSHB [");
        session.saysBulk("{}");
        session.hears("PUSHB [");
        session.says("-FULL no room");

        assertThatThrownBy(pushed::join)
                .cause()
                .isInstanceOfSatisfying(
                        TaskRefusedException.class, e -> assertThat(e.code()).isEqualTo("FULL"))
                .hasMessage("Task task-0002 (mailer.welcome and 1 more) was refused: no room"
                        + " (the 1 tasks before it are queued)");
    }

    @Test
    void tasksTooBigForOneLineGoInSeveral() {
        String page = "x".repeat(1_500_000);
        CompletableFuture<List<Pushed>> pushed =
                push(task("task-0001").put("page", page), task("task-0002").put("page", page));

        assertThat(session.hears("PUSHB [")).contains("task-0001").doesNotContain("task-0002");
        session.saysBulk("{}");
        assertThat(session.hears("PUSHB [")).contains("task-0002");
        session.saysBulk("{}");

        assertThat(pushed.join()).extracting(Pushed::id).containsExactly("task-0001", "task-0002");
    }

    @Test
    void nothingToPushIsNotSent() {
        assertThat(client.push(List.of())).isEmpty();
    }

    @Test
    void anInterruptedCallerIsTold() {
        Thread.currentThread().interrupt();

        LeekUnavailableException e =
                catchThrowableOfType(LeekUnavailableException.class, () -> client.find("task-0001"));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(e.isOutcomeUnknown()).isTrue();
        assertThat(e.port()).isEqualTo(server.port());
    }

    @Test
    void aCallerDoesNotWaitForAConnectionThatIsStuck() {
        CountDownLatch stuck = new CountDownLatch(1);
        Supplier<ServerAddress> address = () -> {
            if (Thread.currentThread().getName().startsWith("leek-client")) {
                awaits(stuck);
            }
            return server.address();
        };
        try (Connector other = new Connector(new ClientSettings(address, Duration.ofMillis(50), List.of()));
                LeekClient waiting = new LeekClient(other)) {
            LeekUnavailableException e =
                    catchThrowableOfType(LeekUnavailableException.class, () -> waiting.find("task-0001"));

            assertThat(e.isOutcomeUnknown()).isTrue();
            assertThat(e).hasMessageContaining("did not answer within PT1.05S");
            stuck.countDown();
        }
    }

    @Test
    void onlyFailedTasksCanBeRetriedTogether() {
        assertThatThrownBy(() -> client.retryAll(TaskQuery.queued()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Only failed tasks can be retried, but the query is for queued");
    }

    private static void awaits(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private CompletableFuture<List<Pushed>> push(ObjectNode... tasks) {
        return CompletableFuture.supplyAsync(() -> client.push(List.of(tasks)));
    }

    private static ObjectNode task(String jid) {
        return TaskJson.MAPPER.createObjectNode().put("jid", jid).put("jobtype", "mailer.welcome");
    }
}

package io.leek.server;

import static io.leek.server.ConversationContract.lease;
import static io.leek.server.ConversationContract.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.StoreSettings;
import io.leek.server.store.TestClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** How tasks are cancelled, the same on each kind of store. */
@Timeout(60)
abstract class CancelContract {

    private static final String CANCEL = "LEEK CANCEL {\"jid\":\"task-0001\"}";
    private static final String LISTEN = "LEEK LISTEN {\"wid\":\"leek-w1\"}";
    private static final String RETRIES = "\"retry\":5,\"custom\":{\"leek\":{\"retry\":{\"delay_ms\":0}}}";

    private final TestClock clock = new TestClock();
    private StoreSettings.Location location;
    ServerRig server;
    private TestClient client;

    abstract StoreSettings.Location location();

    @BeforeEach
    void start() {
        location = location();
        server = ServerRig.start(location, clock);
        client = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode task() {
        return client.asks("LEEK GET {\"jid\":\"task-0001\"}");
    }

    private void isCancelled() {
        assertThat(task().path("state").asString()).isEqualTo("failed");
        assertThat(task().path("failure").path("reason").asString()).isEqualTo("cancelled");
    }

    /** The lease under which a Leek worker has the task. */
    private String handedTo(TestClient worker) {
        return lease(worker.asks("FETCH default"));
    }

    @Test
    void aQueuedTaskNeverRunsAndWhoeverWaitsForItIsTold() {
        client.sends(push("task-0001")).expectOk();
        TestClient waiting = server.client();
        waiting.sends("LEEK WAIT {\"jid\":\"task-0001\",\"timeout_ms\":60000}");
        server.pass(Duration.ofSeconds(1));

        client.sends(CANCEL).expectOk();

        assertThat(waiting.reply()).contains("\"state\":\"failed\"", "\"reason\":\"cancelled\"");
        isCancelled();
        assertThat(task().path("attempts").asInt()).isZero();
        client.sends("LEEK FETCH {\"queues\":[\"default\"],\"wait_ms\":0}").expect("[]");
    }

    @Test
    void aTaskThatIsFinishedOrUnknownIsNotCancelled() {
        client.sends(push("task-0001")).expectOk();
        client.sends("FETCH").expectTask("task-0001");
        client.sends("ACK {\"jid\":\"task-0001\"}").expectOk();

        client.sends(CANCEL).expect("$-1");
        client.sends("LEEK CANCEL {\"jid\":\"task-0404\"}").expect("$-1");
        client.sends("LEEK CANCEL").expect("-ERR LEEK CANCEL needs a jid");
        assertThat(task().path("state").asString()).isEqualTo("success");
    }

    @Test
    void theWorkerOfARunningTaskIsToldAtOnceAndItsAnswerEndsTheTask() {
        client.sends(push("task-0001", RETRIES)).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        String lease = handedTo(worker);
        TestClient listener = server.worker("leek-w1");
        listener.sends(LISTEN);

        client.sends(CANCEL).expectOk();

        listener.expect("{\"cancel\":[\"task-0001\"],\"leases\":[\"" + lease + "\"]}");
        assertThat(task().path("running").asBoolean())
                .as("until its run has ended")
                .isTrue();
        worker.sends("FAIL {\"jid\":\"task-0001\",\"lease\":\"" + lease
                        + "\",\"final\":true,\"reason\":\"cancelled\",\"message\":\"m\"}")
                .expectOk();
        isCancelled();
    }

    @Test
    void aWorkerThatDoesNotListenOrOverhearsItIsToldAgain() {
        client.sends(push("task-0001")).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        handedTo(worker);
        client.sends(CANCEL).expectOk();
        TestClient listener = server.worker("leek-w1");

        listener.sends(LISTEN);
        assertThat(listener.reply()).contains("\"cancel\":[\"task-0001\"]");
        server.pass(Duration.ofSeconds(1));
        listener.sends(LISTEN);

        assertThat(listener.reply()).contains("\"cancel\":[\"task-0001\"]");
    }

    @Test
    void aPrefetchedTaskThatComesBackIsOverWithoutAnAttempt() {
        client.sends(push("task-0001")).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        String lease = handedTo(worker);
        client.sends(CANCEL).expectOk();

        worker.sends("LEEK RELEASE {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}")
                .expectOk();

        isCancelled();
        assertThat(task().path("attempts").asInt()).isZero();
        worker.sends("LEEK FETCH {\"queues\":[\"default\"],\"wait_ms\":0}").expect("[]");
    }

    @Test
    void aFailureThatMeetsTheCancellationIsNotRetried() {
        client.sends(push("task-0001", RETRIES)).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        String lease = handedTo(worker);
        client.sends(CANCEL).expectOk();

        worker.sends("FAIL {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\",\"errtype\":\"E\",\"message\":\"m\"}")
                .expectOk();

        isCancelled();
        assertThat(task().path("failure").path("errtype").asString()).isEqualTo("E");
    }

    @Test
    void whatHasSucceededByThenIsASuccess() {
        client.sends(push("task-0001")).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        String lease = handedTo(worker);
        client.sends(CANCEL).expectOk();

        worker.sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}").expectOk();

        assertThat(task().path("state").asString()).isEqualTo("success");
        server.pass(Duration.ofSeconds(1));
        assertThat(marks()).as("nothing is left of it").isZero();
    }

    @Test
    void aCancelledTaskWhoseWorkerIsGoneDoesNotRunAgain() {
        client.sends(push("task-0001", RETRIES)).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        handedTo(worker);
        client.sends(CANCEL).expectOk();
        worker.close();

        server.pass(Duration.ofSeconds(70));

        isCancelled();
    }

    @Test
    void aCancellationOutlivesTheServer() {
        client.sends(push("task-0001")).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        String lease = handedTo(worker);
        client.sends(CANCEL).expectOk();
        server.close();
        server = ServerRig.start(location, clock);
        client = server.client();
        TestClient again = server.worker("leek-w1");
        again.sends(ServerRig.join("leek-w1", "{\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}", "a.b"))
                .expect("{\"lost\":[]}");
        TestClient listener = server.worker("leek-w1");
        listener.sends(LISTEN);

        server.pass(Duration.ofSeconds(1));

        assertThat(listener.reply()).contains("\"cancel\":[\"task-0001\"]");
    }

    @Test
    void aWorkerThatIsNoneOfLeeksLosesItsTask() {
        client.sends(push("task-0001", RETRIES)).expectOk();
        String lease = lease(client.asks("FETCH default"));

        client.sends(CANCEL).expectOk();
        client.sends("LEEK WAIT {\"jid\":\"task-0001\",\"timeout_ms\":60000}");
        assertThat(client.reply()).contains("\"reason\":\"cancelled\"");

        client.sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}").expectStart("-STALE");
        isCancelled();
    }

    @Test
    void aCancelledTaskRunsAgainWhereSomebodySaysSo() {
        client.sends(push("task-0001")).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        String lease = handedTo(worker);
        client.sends(CANCEL).expectOk();
        worker.sends("LEEK RELEASE {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}")
                .expectOk();

        client.sends("LEEK RETRY {\"jid\":\"task-0001\"}").expect("{\"retried\":1}");
        server.pass(Duration.ofSeconds(1));
        String next = handedTo(worker);
        worker.sends("LEEK RELEASE {\"jid\":\"task-0001\",\"lease\":\"" + next + "\"}")
                .expectOk();

        assertThat(task().path("state").asString()).isEqualTo("queued");
    }

    private int marks() {
        return server.store().sql().queryForObject("SELECT COUNT(*) FROM leek.cancellation", Integer.class);
    }
}

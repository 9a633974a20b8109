package io.leek.server;

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

/** Queues that are paused, the same on each kind of store. */
@Timeout(60)
abstract class PauseContract {

    private static final String IN_MAIL = "\"queue\":\"mail\"";
    private static final String BOTH = "LEEK FETCH {\"queues\":[\"mail\",\"default\"],\"max\":10,\"wait_ms\":30000}";
    private static final String WAITING = "LEEK FETCH {\"queues\":[\"mail\"],\"wait_ms\":30000}";

    final TestClock clock = new TestClock();
    StoreSettings.Location location;
    ServerRig server;
    TestClient client;

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

    @Test
    void aPausedQueueTakesTasksAndHandsNoneOut() {
        client.sends(push("task-0001", IN_MAIL)).expectOk();

        client.sends("QUEUE PAUSE mail").expectOk();
        client.sends(push("task-0002", IN_MAIL)).expectOk();

        client.sends(push("task-0003")).expectOk();
        isHandedOut("task-0003");
        assertThat(queue("mail").path("size").asInt()).isEqualTo(2);
        assertThat(queue("mail").path("paused").asBoolean()).isTrue();
    }

    @Test
    void aPausedQueueStandsInNobodysWay() {
        client.sends("QUEUE PAUSE mail").expectOk();
        client.sends(push("task-0001", IN_MAIL)).expectOk();
        client.sends(push("task-0002")).expectOk();

        isHandedOut("task-0002");
    }

    @Test
    void aWorkerThatWaitsGetsNothingOfAPausedQueueAndTheTaskOnceItIsResumed() {
        TestClient worker = server.worker("w-1");
        client.sends("QUEUE PAUSE mail").expectOk();
        worker.sends(WAITING);
        client.sends(push("task-0001", IN_MAIL)).expectOk();
        assertThat(queue("mail").path("size").asInt()).isEqualTo(1);

        client.sends("QUEUE RESUME mail").expectOk();

        assertThat(worker.json().path(0).path("jid").asString()).isEqualTo("task-0001");
    }

    @Test
    void whatRunsGoesOnAndMayEnd() {
        client.sends(push("task-0001", IN_MAIL)).expectOk();
        isHandedOut("task-0001");

        client.sends("QUEUE PAUSE mail").expectOk();

        client.sends("ACK {\"jid\":\"task-0001\"}").expectOk();
        assertThat(client.asks("LEEK GET {\"jid\":\"task-0001\"}").path("state").asString())
                .isEqualTo("success");
    }

    @Test
    void aWorkerIsToldAtOnceToGiveBackWhatItHasNotBegun() {
        TestClient listener = joined("leek-w1", "mail");
        listener.sends("LEEK LISTEN {\"wid\":\"leek-w1\"}");

        client.sends("QUEUE PAUSE mail").expectOk();

        listener.expect("{\"give_back\":true}");
    }

    @Test
    void aWorkerThatDoesNotListenJustThenIsToldWhenItDoes() {
        TestClient listener = joined("leek-w1", "mail");
        client.sends("QUEUE PAUSE mail").expectOk();

        listener.sends("LEEK LISTEN {\"wid\":\"leek-w1\"}");

        listener.expect("{\"give_back\":true}");
    }

    @Test
    void aWorkerOfAnotherQueueIsNotTold() {
        TestClient listener = joined("leek-w1", "default");
        listener.sends("LEEK LISTEN {\"wid\":\"leek-w1\"}");

        client.sends("QUEUE PAUSE mail").expectOk();
        client.sends("BEAT {\"wid\":\"leek-w1\",\"current_state\":\"quiet\"}").expectOk();

        listener.expect("{\"state\":\"quiet\"}");
    }

    private TestClient joined(String wid, String queue) {
        TestClient worker = server.worker(wid);
        worker.sends("LEEK JOIN {\"wid\":\"" + wid + "\",\"tasks\":[\"a.b\"],\"queues\":[\"" + queue + "\"]}")
                .expect("{\"lost\":[]}");
        return worker;
    }

    @Test
    void aTaskThatIsGivenBackStaysThere() {
        client.sends(push("task-0001", IN_MAIL)).expectOk();
        String lease = client.asks(BOTH)
                .path(0)
                .path("custom")
                .path("leek")
                .path("lease")
                .asString();
        client.sends("QUEUE PAUSE mail").expectOk();

        client.sends("LEEK RELEASE {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}")
                .expectOk();

        client.sends(push("task-0002")).expectOk();
        isHandedOut("task-0002");
    }

    @Test
    void aPauseOutlivesTheServer() {
        client.sends("QUEUE PAUSE mail").expectOk();
        server.close();
        server = ServerRig.start(location, clock);
        client = server.client();
        client.sends(push("task-0001", IN_MAIL)).expectOk();

        client.sends(push("task-0002")).expectOk();
        isHandedOut("task-0002");
        client.sends("QUEUE RESUME mail").expectOk();

        isHandedOut("task-0001");
    }

    @Test
    void aStarStandsForAllQueuesThatHaveTasksOrAWorker() {
        client.sends(push("task-0001", IN_MAIL)).expectOk();
        server.worker("w-1")
                .sends("LEEK FETCH {\"queues\":[\"night\"],\"wait_ms\":0}")
                .expect("[]");

        client.sends("QUEUE PAUSE *").expectOk();
        assertThat(queue("mail").path("paused").asBoolean()).isTrue();
        assertThat(queue("night").path("paused").asBoolean()).isTrue();
        client.sends("QUEUE RESUME *").expectOk();

        assertThat(queue("mail").path("paused").asBoolean()).isFalse();
        assertThat(queue("night").path("paused").asBoolean()).isFalse();
    }

    @Test
    void theLatencyIsForHowLongTheOldestTaskHasWaited() {
        client.sends(push("task-0001", IN_MAIL)).expectOk();
        clock.advance(Duration.ofMillis(2_500));
        client.sends(push("task-0002", IN_MAIL)).expectOk();

        client.sends("QUEUE LATENCY mail empty").expect("{\"empty\":0.0,\"mail\":2.5}");
        assertThat(queue("mail").path("latency").asDouble()).isEqualTo(2.5);
    }

    @Test
    void whatCantBeDoneWithAQueueIsRefused() {
        client.sends("QUEUE").expectStart("-ERR QUEUE");
        client.sends("QUEUE PAUSE").expectStart("-ERR QUEUE PAUSE needs names of queues");
        client.sends("QUEUE PAUSE a/b").expectStart("-ERR QUEUE PAUSE needs names of queues");
        client.sends("QUEUE REMOVE mail").expect("-ERR QUEUE takes PAUSE, RESUME or LATENCY, and names of queues");
    }

    /** It and nothing else, of both queues. */
    private void isHandedOut(String jid) {
        JsonNode tasks = client.asks(BOTH);
        assertThat(tasks.size()).isEqualTo(1);
        assertThat(tasks.path(0).path("jid").asString()).isEqualTo(jid);
    }

    private JsonNode queue(String name) {
        for (JsonNode queue : client.asks("LEEK QUEUES")) {
            if (queue.path("name").asString().equals(name)) {
                return queue;
            }
        }
        throw new AssertionError("there is no queue " + name);
    }
}

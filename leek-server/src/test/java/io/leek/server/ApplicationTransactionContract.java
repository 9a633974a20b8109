package io.leek.server;

import static io.leek.server.ConversationContract.lease;
import static io.leek.server.ConversationContract.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.ApplicationTransaction;
import io.leek.server.store.StoreSettings;
import io.leek.server.store.TestClock;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** A server on a database in which an application has transactions of its own, the same on each kind of it. */
@Timeout(60)
abstract class ApplicationTransactionContract {

    private static final String WAIT = "LEEK FETCH {\"queues\":[\"default\"],\"max\":5,\"wait_ms\":30000}";
    private static final String LOOK = "LEEK FETCH {\"queues\":[\"default\"],\"max\":5,\"wait_ms\":0}";

    private ServerRig server;
    private TestClient client;
    private ApplicationTransaction application;

    abstract StoreSettings.Location location();

    @BeforeEach
    void start() {
        server = ServerRig.start(location());
        client = server.client();
        application = ApplicationTransaction.begin(server.store());
    }

    @AfterEach
    void stop() throws Exception {
        application.close();
        server.close();
    }

    @Test
    void theServerSaysThatItCanBeWoken() {
        assertThat(client.asks("LEEK CAPS").path("verbs").toString()).contains("\"WAKE\"");
    }

    @Test
    void aWaitingWorkerGetsTheRowsThatAreNamedInTheirOrder() throws Exception {
        TestClient worker = waiting("w-1");
        String rows = written(application.insert("open-0001", "a.b", 5, null), "open-0001", 5) + ","
                + written(application.insert("open-0002", "a.b", 9, null), "open-0002", 9);
        application.commit();

        client.sends("LEEK WAKE {\"tasks\":[" + rows + "]}").expectOk();

        JsonNode tasks = worker.json();
        assertThat(jid(tasks, 0)).isEqualTo("open-0002");
        assertThat(jid(tasks, 1)).isEqualTo("open-0001");
    }

    @Test
    void aRowThatIsNamedLateGoesBeforeThoseThatWereQueuedAfterIt() throws Exception {
        TestClient worker = server.worker("w-1");
        worker.sends(LOOK).expect("[]");
        long seq = application.insert("open-0001", "a.b", 5, null);
        client.sends(push("task-0002")).expectOk();
        application.commit();
        client.sends("LEEK WAKE {\"tasks\":[" + written(seq, "open-0001", 5) + "]}")
                .expectOk();

        JsonNode tasks = worker.asks(LOOK);

        assertThat(jid(tasks, 0)).isEqualTo("open-0001");
        assertThat(jid(tasks, 1)).isEqualTo("task-0002");
    }

    @Test
    void withoutNamesTheServerLooksForItself() throws Exception {
        for (String wake :
                new String[] {"LEEK WAKE", "LEEK WAKE {}", "LEEK WAKE {\"tasks\":[]}", "LEEK WAKE {\"tasks\":[null]}"
                }) {
            TestClient worker = waiting("w-" + wake.length());
            application.insert("open-00" + wake.length(), "a.b", 5, null);
            application.commit();

            client.sends(wake).expectOk();

            assertThat(jid(worker.json(), 0)).isEqualTo("open-00" + wake.length());
        }
    }

    @Test
    void forVeryManyNamesTheServerLooksForItself() throws Exception {
        TestClient worker = waiting("w-1");
        application.insert("open-0001", "a.b", 5, null);
        application.commit();
        String names = IntStream.rangeClosed(0, 1_000)
                .mapToObj(i -> "{\"jid\":\"none-" + i + "\",\"seq\":1,\"name\":\"a.b\",\"queue\":\"q\",\"priority\":5}")
                .collect(Collectors.joining(","));

        client.sends("LEEK WAKE {\"tasks\":[" + names + "]}").expectOk();

        assertThat(jid(worker.json(), 0)).isEqualTo("open-0001");
    }

    @Test
    void theLeaseOfATaskThatSomebodyDeletedIsDeletedToo() {
        running("task-0001", server.worker("w-1"));
        server.store().sql().update("DELETE FROM leek.queued_task");

        server.pass(Duration.ofSeconds(20));

        assertThat(server.store().sql().queryForObject("SELECT COUNT(*) FROM leek.lease", Long.class))
                .isZero();
        client.sends("ACK {\"jid\":\"task-0001\"}").expectOk();
    }

    @Test
    void aRowThatWasRolledBackIsNotMissed() throws Exception {
        TestClient worker = waiting("w-1");
        long seq = application.insert("open-0001", "a.b", 5, null);
        application.rollback();

        client.sends("LEEK WAKE {\"tasks\":[" + written(seq, "open-0001", 5) + "]}")
                .expectOk();
        client.sends(push("task-0002")).expectOk();

        assertThat(jid(worker.json(), 0)).isEqualTo("task-0002");
    }

    @Test
    void liesAboutRowsBringNoWorkerWhatItDoesNotKnow() throws Exception {
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        worker.sends(LOOK).expect("[]");
        worker.sends(WAIT);
        long seq = application.insert("open-0001", "other", 5, null);
        application.commit();

        client.sends("LEEK WAKE {\"tasks\":[" + written(seq, "open-0001", 5) + "]}")
                .expectOk();
        client.sends("LEEK WAKE {\"tasks\":[" + written(seq, "open-0009", 5) + "]}")
                .expectOk();
        client.sends("LEEK WAKE {\"tasks\":[" + written(-7, "open-0001", 9) + "]}")
                .expectOk();
        client.sends("LEEK WAKE {\"tasks\":[" + written(seq, "open-0001", 99) + "]}")
                .expectOk();
        client.sends("LEEK WAKE {\"tasks\":[{\"jid\":\"open-0001\",\"seq\":1,\"priority\":5}]}")
                .expectOk();
        client.sends(push("task-0002")).expectOk();

        assertThat(worker.json()).hasSize(1).first().matches(task -> jid(task).equals("task-0002"));
        server.pass(Duration.ofSeconds(2));
        TestClient knowing = server.leekWorker("leek-w2", "other");
        assertThat(jid(knowing.asks(WAIT), 0)).isEqualTo("open-0001");
        assertThat(task("open-0001").path("crashes").asInt()).isZero();
    }

    @Test
    void aTaskThatItsWorkerHasCompletedIsOverAtOnce() throws Exception {
        JsonNode task = running("task-0001", server.worker("w-1"));
        application.complete("task-0001").commit();

        client.sends(committed("task-0001", lease(task))).expectOk();
        client.sends(committed("task-0001", lease(task))).expectOk();
        client.sends(committed("task-0002", "unknown")).expectOk();

        JsonNode info = client.asks("INFO").path("faktory");
        assertThat(info.path("total_processed").asInt()).isEqualTo(1);
        assertThat(info.path("tasks").path("Busy").path("size").asInt()).isZero();
        assertThat(task("task-0001").path("state").asString()).isEqualTo("success");
    }

    @Test
    void whoWaitsForATaskHearsOfItsCompletionByItsWorker() throws Exception {
        JsonNode task = running("task-0001", server.worker("w-1"));
        TestClient waiter = server.client();
        waiter.sends("LEEK WAIT {\"jid\":\"task-0001\",\"timeout_ms\":60000}");
        application.complete("task-0001").commit();

        client.sends(committed("task-0001", lease(task))).expectOk();

        // No upkeep runs here by itself, so nothing but the answer can have told.
        assertThat(waiter.json().path("state").asString()).isEqualTo("success");
    }

    @Test
    void aTaskThatItsWorkerHasCompletedMakesRoomInAFullQueue() throws Exception {
        StoreSettings.Location location = location();
        try (ServerRig full = ServerRig.startWithLimit(location, new TestClock(), 1);
                ApplicationTransaction other = ApplicationTransaction.begin(full.store())) {
            TestClient pushing = full.client();
            pushing.sends(push("task-0001")).expectOk();
            String lease = lease(pushing.sends("FETCH").expectTask("task-0001"));
            other.complete("task-0001").commit();
            pushing.sends("ACK {\"jid\":\"task-0001\",\"committed\":true,\"lease\":\"" + lease + "\"}")
                    .expectOk();

            pushing.sends(push("task-0002")).expectOk();
        }
    }

    @Test
    void aTaskWhoseCompletionWasRolledBackAfterAllRunsAgain() throws Exception {
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        JsonNode task = running("task-0001", worker);
        client.sends(committed("task-0001", lease(task))).expectOk();

        for (int i = 0; i < 3; i++) {
            server.pass(Duration.ofSeconds(20));
            worker.sends("BEAT {\"wid\":\"leek-w1\"}").expectOk();
        }

        JsonNode again = worker.asks(WAIT).path(0);
        assertThat(jid(again)).isEqualTo("task-0001");
        worker.sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease(again) + "\"}")
                .expectOk();
        assertThat(task("task-0001").path("attempts").asInt()).isEqualTo(1);
    }

    @Test
    void anOpenCompletionHoldsUpNeitherOtherAnswersNorItsOwnRenewal() throws Exception {
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        JsonNode first = running("task-0001", worker);
        running("task-0002", worker);
        running("task-0003", worker);
        application.complete("task-0001");

        client.sends("ACK {\"jid\":\"task-0002\"}").expectOk();
        client.sends("FAIL {\"jid\":\"task-0003\",\"final\":true}").expectOk();
        client.sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease(first) + "\"}")
                .expectStart("-UNAVAILABLE ");
        for (int i = 0; i < 30; i++) {
            server.pass(Duration.ofSeconds(40));
            worker.sends("BEAT {\"wid\":\"leek-w1\"}").expectOk();
        }
        running("task-0004", worker);
        application.rollback();

        // Its renewals were passed over, and the server remembers it all the same.
        client.sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease(first) + "\"}")
                .expectOk();
        assertThat(task("task-0001").path("state").asString()).isEqualTo("success");
        assertThat(task("task-0001").path("attempts").asInt()).isEqualTo(1);
    }

    @Test
    void aWorkerMayGoWhileItsCompletionIsOpen() throws Exception {
        String wid = "leek-" + server.serverId() + "/app";
        TestClient worker = server.leekWorker(wid, "a.b");
        running("task-0001", worker);
        running("task-0002", worker);
        application.complete("task-0001");
        worker.sends("BEAT {\"wid\":\"" + wid + "\",\"current_state\":\"terminate\"}")
                .expectOk();
        worker.close();
        while (client.asks("INFO")
                        .path("faktory")
                        .path("tasks")
                        .path("Workers")
                        .path("size")
                        .asInt()
                > 0) {
            Thread.onSpinWait();
        }

        TestClient next = server.leekWorker("leek-w2", "a.b");
        assertThat(jid(next.asks(WAIT), 0)).isEqualTo("task-0002");
        server.pass(Duration.ofSeconds(30));
        assertThat(next.asks(LOOK))
                .as("it is in the hands of the open transaction")
                .isEmpty();
        application.rollback();
        server.pass(Duration.ofSeconds(10));

        assertThat(jid(next.asks(WAIT), 0)).isEqualTo("task-0001");
        assertThat(task("task-0001").path("crashes").asInt()).isEqualTo(1);
    }

    @Test
    void aKeyThatIsTakenInAnOpenTransactionIsAnsweredForAtOnceAndForGoodOnceThatHasEnded() throws Exception {
        TestClient worker = waiting("w-1");
        application.insert("open-0001", "a.b", 5, "key-1");
        String key = "\"custom\":{\"leek\":{\"key\":\"key-1\"}}";

        client.sends(push("task-0001", key)).sends(push("task-0002"));
        client.expectStart("-UNAVAILABLE ").expectOk();
        assertThat(jid(worker.json(), 0)).isEqualTo("task-0002");
        client.sends(push("open-0001")).expectStart("-UNAVAILABLE ");
        application.commit();

        client.sends(push("task-0001", key)).expectStart("-NOTUNIQUE ");
        client.sends(push("open-0001")).expectOk().sends("LEEK WAKE").expectOk();
        assertThat(jid(worker.asks(WAIT), 0)).isEqualTo("open-0001");
    }

    /** A worker that waits, whose queue is known to be empty. */
    private TestClient waiting(String wid) {
        TestClient worker = server.worker(wid);
        worker.sends(LOOK).expect("[]");
        return worker.sends(WAIT);
    }

    private JsonNode running(String jid, TestClient worker) {
        client.sends(push(jid)).expectOk();
        return worker.sends("FETCH").expectTask(jid);
    }

    private JsonNode task(String jid) {
        return client.asks("LEEK GET {\"jid\":\"" + jid + "\"}");
    }

    private static String written(long seq, String jid, int priority) {
        return "{\"jid\":\"" + jid + "\",\"seq\":" + seq + ",\"name\":\"a.b\",\"queue\":\"default\",\"priority\":"
                + priority + "}";
    }

    private static String committed(String jid, String lease) {
        return "ACK {\"jid\":\"" + jid + "\",\"lease\":\"" + lease + "\",\"committed\":true}";
    }

    private static String jid(JsonNode tasks, int index) {
        return jid(tasks.path(index));
    }

    private static String jid(JsonNode task) {
        return task.path("jid").asString();
    }
}

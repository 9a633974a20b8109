package io.leek.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.StoreSettings;
import io.leek.server.store.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mutexes and rates as clients and workers see them. */
@Timeout(60)
abstract class LimitedTasksContract {

    private final TestClock clock = new TestClock();
    private ServerRig rig;

    abstract StoreSettings.Location location();

    private void start() {
        rig = ServerRig.start(location(), clock);
    }

    private void startWithRate(String rate) {
        rig = ServerRig.startWithRate(location(), clock, rate);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void aWorkerThatWaitsGetsTheNextOfAMutexAsSoonAsTheOneBeforeHasEnded() {
        start();
        TestClient client = rig.client();
        client.sends(push("task-0001", mutex("m", 1, false))).expectOk();
        client.sends(push("task-0002", mutex("m", 1, false))).expectOk();
        TestClient one = rig.worker("w-1");
        TestClient other = rig.worker("w-2");
        one.sends("FETCH").expectTask("task-0001");
        other.sends(fetch(2, 30_000));

        // No upkeep runs here by itself, so nothing but the end of the first can have let the second go.
        one.sends("ACK {\"jid\":\"task-0001\"}").expectOk();

        assertThat(jids(other)).containsExactly("task-0002");
    }

    @Test
    void tasksThatWaitForAMutexAreNotInTheWayOfTheNext() {
        start();
        TestClient client = rig.client();
        for (int i = 1; i <= 4; i++) {
            client.sends(push("task-000" + i, mutex("m", 2, false))).expectOk();
        }
        client.sends(push("task-0009", "")).expectOk();

        TestClient worker = rig.worker("w-1");

        assertThat(jids(worker.sends(fetch(10, 1_000)))).containsExactly("task-0001", "task-0002", "task-0009");
        assertThat(client.asks("LEEK COUNT {\"state\":\"queued\"}")
                        .path("count")
                        .asInt())
                .isEqualTo(5);
    }

    @Test
    void anOrderedMutexWaitsForTheRetryOfTheFirst() {
        start();
        TestClient client = rig.client();
        client.sends(push("task-0001", mutex("m", 1, true))).expectOk();
        client.sends(push("task-0002", mutex("m", 1, true))).expectOk();
        TestClient worker = rig.worker("w-1");
        worker.sends("FETCH").expectTask("task-0001");
        worker.sends("FAIL {\"jid\":\"task-0001\",\"errtype\":\"java.io.IOException\",\"message\":\"no\"}")
                .expectOk();

        worker.sends(fetch(1, 0)).expect("[]");
        rig.pass(Duration.ofSeconds(10));
        worker.sends(fetch(1, 0)).expect("[]");
        rig.pass(Duration.ofSeconds(60));

        worker.sends("FETCH").expectTask("task-0001");
        worker.sends("ACK {\"jid\":\"task-0001\"}").expectOk();
        worker.sends("FETCH").expectTask("task-0002");
    }

    @Test
    void aTaskThatIsCancelledWhileItWaitsForItsRetryLetsTheNextStartAtOnce() {
        start();
        TestClient client = rig.client();
        client.sends(push("task-0001", mutex("m", 1, true))).expectOk();
        client.sends(push("task-0002", mutex("m", 1, true))).expectOk();
        TestClient worker = rig.worker("w-1");
        worker.sends("FETCH").expectTask("task-0001");
        worker.sends("FAIL {\"jid\":\"task-0001\",\"errtype\":\"java.io.IOException\",\"message\":\"no\"}")
                .expectOk();
        worker.sends(fetch(1, 0)).expect("[]");
        worker.sends(fetch(1, 30_000));

        // No upkeep runs here by itself, so nothing but the end of the first can have let the second go.
        client.sends("LEEK CANCEL {\"jid\":\"task-0001\"}").expectOk();

        assertThat(jids(worker)).containsExactly("task-0002");
    }

    @Test
    void aTaskThatGoesBackGivesItsPlaceBack() {
        start();
        TestClient client = rig.client();
        client.sends(push("task-0001", mutex("m", 1, false))).expectOk();
        client.sends(push("task-0002", mutex("m", 1, false))).expectOk();
        TestClient worker = rig.leekWorker("w-1", "mailer.welcome");
        String lease = worker.asks(fetch(2, 1_000))
                .path(0)
                .path("custom")
                .path("leek")
                .path("lease")
                .asString();
        TestClient other = rig.worker("w-2");
        other.sends(fetch(1, 30_000));

        worker.sends("LEEK RELEASE {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\",\"delay_ms\":60000}")
                .expectOk();

        assertThat(jids(other)).containsExactly("task-0002");
    }

    @Test
    void anOrderedTaskThatGoesBackBeforeItHasBegunIsNotOvertakenByOneThatAnotherWorkerWaitsFor() {
        start();
        TestClient client = rig.client();
        client.sends(push("task-0001", mutex("m", 1, true))).expectOk();
        client.sends(push("task-0002", mutex("m", 1, true)).replace("mailer.welcome", "mailer.remind"))
                .expectOk();
        TestClient worker = rig.leekWorker("w-1", "mailer.welcome");
        String lease = worker.asks(fetch(1, 1_000))
                .path(0)
                .path("custom")
                .path("leek")
                .path("lease")
                .asString();
        TestClient other = rig.leekWorker("w-2", "mailer.remind");
        other.sends(fetch(1, 0)).expect("[]");
        other.sends(fetch(1, 30_000));

        worker.sends("LEEK RELEASE {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}")
                .expectOk();
        // The other one would have got its task by now.
        rig.pass(Duration.ofSeconds(1));

        worker.sends("FETCH").expectTask("task-0001");
        worker.sends("ACK {\"jid\":\"task-0001\"}").expectOk();
        assertThat(jids(other)).containsExactly("task-0002");
    }

    @Test
    void theTaskOfAWorkerThatIsGoneGivesItsPlaceBack() {
        start();
        TestClient client = rig.client();
        client.sends(push("task-0001", mutex("m", 1, false))).expectOk();
        client.sends(push("task-0002", mutex("m", 1, false))).expectOk();
        TestClient worker = rig.leekWorker("w-1", "mailer.welcome");
        assertThat(jids(worker.sends(fetch(2, 1_000)))).containsExactly("task-0001");
        worker.close();

        rig.pass(Duration.ofSeconds(61));

        TestClient other = rig.worker("w-2");
        assertThat(jids(other.sends(fetch(2, 1_000)))).hasSize(1);
    }

    @Test
    void aMutexThatBreaksARuleIsRefusedWithTheReason() {
        start();
        TestClient client = rig.client();

        client.sends(push("task-0001", "{\"mutex\":\"m\"}"))
                .expectStart("-ERR mutex must be an object with a name and perhaps a limit and ordered");
        client.sends(push("task-0001", mutex("m", 0, false))).expect("-ERR mutex limit must be 1 to 1000, but was 0");
        client.sends(push("task-0001", mutex("m", 1001, false)))
                .expect("-ERR mutex limit must be 1 to 1000, but was 1001");
        client.sends(push("task-0001", mutex("x".repeat(256), 1, false)))
                .expect("-ERR mutex must be at most 255 characters, but has 256");
        client.sends(push("task-0001", mutex("m", 2, true))).expectStart("-ERR an ordered mutex must have limit 1");
    }

    @Test
    void aQueueWithARateHandsOutItsShareAndTheRestInItsTime() {
        startWithRate("3/m");
        TestClient client = rig.client();
        for (int i = 1; i <= 5; i++) {
            client.sends(push("task-000" + i, "")).expectOk();
        }
        TestClient worker = rig.worker("w-1");

        assertThat(jids(worker.sends(fetch(10, 1_000)))).containsExactly("task-0001", "task-0002", "task-0003");
        worker.sends(fetch(10, 0)).expect("[]");
        rig.pass(Duration.ofSeconds(50));
        worker.sends(fetch(10, 0)).expect("[]");
        worker.sends(fetch(10, 30_000));
        rig.pass(Duration.ofSeconds(14));

        assertThat(jids(worker)).containsExactly("task-0004", "task-0005");
    }

    @Test
    void aQueueOverItsRateIsOpenedInItsTimeThoughTheClockWasSetBack() {
        startWithRate("1/s");
        TestClient client = rig.client();
        client.sends(push("task-0001", "")).expectOk();
        client.sends(push("task-0002", "")).expectOk();
        TestClient worker = rig.worker("w-1");
        worker.sends("FETCH").expectTask("task-0001");
        worker.sends(fetch(1, 0)).expect("[]");

        clock.advance(Duration.ofHours(-1));
        worker.sends(fetch(1, 30_000));
        rig.pass(Duration.ofSeconds(2));

        assertThat(jids(worker)).containsExactly("task-0002");
    }

    @Test
    void aQueueOverItsRateIsNotInTheWayOfAnother() {
        startWithRate("1/h");
        TestClient client = rig.client();
        client.sends(push("task-0001", "")).expectOk();
        client.sends(push("task-0002", "")).expectOk();
        client.sends("PUSH {\"jid\":\"task-0003\",\"jobtype\":\"mailer.welcome\",\"args\":[],\"queue\":\"other\"}")
                .expectOk();
        TestClient worker = rig.worker("w-1");
        worker.sends("FETCH default other").expectTask("task-0001");

        worker.sends("FETCH default other").expectTask("task-0003");
        TestClient waiting = rig.worker("w-2");
        waiting.sends("LEEK FETCH {\"queues\":[\"default\",\"other\"],\"max\":1,\"wait_ms\":30000}");
        client.sends("PUSH {\"jid\":\"task-0004\",\"jobtype\":\"mailer.welcome\",\"args\":[],\"queue\":\"other\"}")
                .expectOk();

        assertThat(jids(waiting)).containsExactly("task-0004");
    }

    static String mutex(String name, int limit, boolean ordered) {
        return "{\"mutex\":{\"name\":\"" + name + "\",\"limit\":" + limit + ",\"ordered\":" + ordered + "}}";
    }

    static String push(String jid, String leek) {
        String custom = leek.isEmpty() ? "" : ",\"custom\":{\"leek\":" + leek + "}";
        return "PUSH {\"jid\":\"" + jid + "\",\"jobtype\":\"mailer.welcome\",\"args\":[]" + custom + "}";
    }

    static String fetch(int max, int waitMs) {
        return "LEEK FETCH {\"queues\":[\"default\"],\"max\":" + max + ",\"wait_ms\":" + waitMs + "}";
    }

    static List<String> jids(TestClient worker) {
        List<String> jids = new ArrayList<>();
        worker.json().forEach(task -> jids.add(task.path("jid").asString()));
        return jids;
    }
}

package io.leek.server;

import static io.leek.server.ConversationContract.lease;
import static io.leek.server.ConversationContract.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Workers that join: what they are handed, and what happens when they or their server are gone. */
@Timeout(60)
class LeekWorkersTest {

    @TempDir
    Path dir;

    private ServerRig server;
    private TestClient client;

    @BeforeEach
    void start() {
        server = ServerRig.start(new StoreSettings.Location.File(dir));
        client = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void onlyAnnouncedNamesAreHandedOutAndTheOthersBlockNobody() {
        client.sends("PUSH {\"jid\":\"task-0001\",\"jobtype\":\"other\",\"args\":[]}")
                .expectOk();
        client.sends(push("task-0002")).expectOk();

        TestClient worker = server.leekWorker("leek-w1", "a.b");

        worker.sends("FETCH default").expectTask("task-0002");
        worker.sends("FETCH default").expect("$-1");
    }

    @Test
    void anUnknownNameIsParkedAfterAWhileAndRunsOnceAWorkerKnowsIt() {
        client.sends("PUSH {\"jid\":\"task-0001\",\"jobtype\":\"other\",\"args\":[]}")
                .expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        beat(worker, "leek-w1", Duration.ofMinutes(59));
        assertThat(task("task-0001").path("state").asString()).isEqualTo("queued");

        beat(worker, "leek-w1", Duration.ofMinutes(2));
        assertThat(task("task-0001").path("state").asString()).isEqualTo("failed");
        assertThat(task("task-0001").path("failure").path("reason").asString()).isEqualTo("unknown_task");

        TestClient newer = server.leekWorker("leek-w2", "a.b", "other");
        newer.sends("FETCH default").expectTask("task-0001");
    }

    @Test
    void twoApplicationsOnOneQueueAreEachHandedTheirOwnTasksInOrder() {
        TestClient letters = server.leekWorker("leek-letters", "a.b");
        TestClient others = server.leekWorker("leek-others", "other");
        client.sends("PUSH {\"jid\":\"other-001\",\"jobtype\":\"other\",\"args\":[]}")
                .expectOk();
        client.sends(push("task-0001")).expectOk();
        client.sends("PUSH {\"jid\":\"other-002\",\"jobtype\":\"other\",\"args\":[]}")
                .expectOk();
        client.sends(push("task-0002")).expectOk();

        letters.sends("FETCH default").expectTask("task-0001");
        letters.sends("FETCH default").expectTask("task-0002");
        letters.sends("FETCH default").expect("$-1");
        others.sends("FETCH default").expectTask("other-001");
        others.sends("FETCH default").expectTask("other-002");
    }

    @Test
    void aRollingDeploymentWithProducersAheadOfWorkersLosesNothing() {
        TestClient old = server.leekWorker("leek-old", "a.b");
        client.sends("PUSH {\"jid\":\"new-early\",\"jobtype\":\"other\",\"args\":[],\"retry\":0}")
                .expectOk();
        beat(old, "leek-old", Duration.ofMinutes(61));
        client.sends("PUSH {\"jid\":\"new-later\",\"jobtype\":\"other\",\"args\":[],\"retry\":0}")
                .expectOk();
        client.sends(push("task-0001")).expectOk();
        assertThat(task("new-early").path("state").asString()).isEqualTo("failed");
        assertThat(task("new-later").path("state").asString()).isEqualTo("queued");
        old.sends("FETCH default").expectTask("task-0001");

        TestClient deployed = server.leekWorker("leek-new", "a.b", "other");
        for (int i = 0; i < 2; i++) {
            JsonNode task = deployed.sends("FETCH default").json();
            String ack = "ACK {\"jid\":\"%s\",\"lease\":\"%s\"}";
            deployed.sends(ack.formatted(task.path("jid").asString(), lease(task)))
                    .expectOk();
        }

        assertThat(task("new-early").path("state").asString()).isEqualTo("success");
        assertThat(task("new-later").path("state").asString()).isEqualTo("success");
        assertThat(task("new-early").path("attempts").asInt()).isOne();
    }

    @Test
    void withoutAnyWorkerNothingIsParked() {
        client.sends(push("task-0001")).expectOk();

        server.pass(Duration.ofMinutes(90));

        assertThat(task("task-0001").path("state").asString()).isEqualTo("queued");
    }

    @Test
    void aSilentWorkersTaskRunsAgainAndIsParkedAfterTheThirdCrash() {
        client.sends(push("task-0001", "\"retry\":0")).expectOk();
        for (int crash = 1; crash <= 3; crash++) {
            TestClient worker = server.leekWorker("leek-w" + crash, "a.b");
            worker.sends("FETCH default").expectTask("task-0001");
            server.pass(Duration.ofSeconds(61));
            worker.expectClosed();
        }

        JsonNode task = task("task-0001");
        assertThat(task.path("state").asString()).isEqualTo("failed");
        assertThat(task.path("failure").path("reason").asString()).isEqualTo("crashed");
        assertThat(task.path("crashes").asInt()).isEqualTo(3);
    }

    @Test
    void allThatAGoneWorkerHeldCountsACrashButOneThatWouldBeParkedIsHandedOutAlone() {
        for (int i = 1; i <= 3; i++) {
            client.sends(push("task-000" + i)).expectOk();
        }
        for (int crash = 1; crash <= 2; crash++) {
            TestClient worker = server.leekWorker("leek-w" + crash, "a.b");
            assertThat(fetched(worker, 10)).containsExactly("task-0001", "task-0002", "task-0003");
            server.pass(Duration.ofSeconds(61));
        }
        client.sends(push("task-0004")).expectOk();

        TestClient worker = server.leekWorker("leek-w3", "a.b");
        JsonNode alone = worker.asks(fetch(10)).path(0);
        assertThat(alone.path("jid").asString()).isEqualTo("task-0001");
        worker.sends(fetch(10, 0)).expect("[]");

        String ack = "{\"jid\":\"task-0001\",\"lease\":\"" + lease(alone) + "\"}";
        server.client().sends("ACK " + ack).expectOk();
        assertThat(fetched(worker, 10)).containsExactly("task-0002");
        server.pass(Duration.ofSeconds(61));

        assertThat(task("task-0002").path("state").asString()).isEqualTo("failed");
        assertThat(task("task-0003").path("state").asString()).isEqualTo("queued");
        assertThat(task("task-0004").path("crashes").asInt()).isZero();
    }

    @Test
    void aTaskWhoseKeyCountsWhileItIsQueuedIsHandedOutOnlyToBeRunAtOnce() {
        String key = "\"custom\":{\"leek\":{\"key\":\"k\",\"key_while\":\"queued\"}}";
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        client.sends(push("task-0001")).expectOk();
        String lease = lease(worker.asks(fetch(10)).path(0));

        client.sends(push("task-0002", key)).expectOk();
        worker.sends(fetch(10, 0)).expect("[]");
        client.sends(push("task-0003", key)).expect("-NOTUNIQUE Job not unique");

        server.client()
                .sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}")
                .expectOk();
        assertThat(fetched(worker, 10)).containsExactly("task-0002");
        client.sends(push("task-0003", key)).expectOk();
    }

    @Test
    void aFetchThatWaitsBesideALastChanceGoesOnWhenThatHasEnded() {
        client.sends(push("task-0001")).expectOk();
        for (int crash = 1; crash <= 2; crash++) {
            fetched(server.leekWorker("leek-w" + crash, "a.b"), 10);
            server.pass(Duration.ofSeconds(61));
        }
        TestClient worker = server.leekWorker("leek-w3", "a.b");
        String lease = lease(worker.asks(fetch(10)).path(0));
        client.sends(push("task-0002")).expectOk();
        awaitTaken(() -> worker.sends(fetch(10)));

        server.client()
                .sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}")
                .expectOk();

        assertThat(worker.json().path(0).path("jid").asString()).isEqualTo("task-0002");
    }

    @Test
    void fetchesOfOneWorkerAreFilledOneAfterTheOtherSoThatItsTasksKeepTheirOrder() {
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        awaitTaken(() -> worker.sends(fetch(2)));
        awaitTaken(() -> worker.sends(fetch(3)));

        client.sends("PUSHB ["
                        + IntStream.rangeClosed(1, 5)
                                .mapToObj(i -> json("task-000" + i))
                                .collect(Collectors.joining(","))
                        + "]")
                .expect("{}");

        assertThat(worker.json().findValuesAsString("jid")).containsExactly("task-0001", "task-0002");
        assertThat(worker.json().findValuesAsString("jid")).containsExactly("task-0003", "task-0004", "task-0005");
    }

    @Test
    void aWorkerThatStopsIsNotKeptWaiting() {
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        worker.sends("BEAT {\"wid\":\"leek-w1\",\"current_state\":\"quiet\"}").expectOk();

        worker.sends(fetch(10, 60_000)).expect("[]");
    }

    @Test
    void aWorkerThatWasOnlyFrozenHasToJoinAgain() {
        TestClient frozen = server.leekWorker("leek-w1", "a.b");
        server.pass(Duration.ofSeconds(61));

        frozen.expectClosed();
    }

    @Test
    void aTaskWhoseHandOutNeverArrivedGoesToTheNextThoughItsWorkerLives() {
        client.sends(push("task-0001")).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        worker.sends("FETCH default").expectTask("task-0001");

        worker.sends(ServerRig.join("leek-w1", "", "a.b")).expect("{\"lost\":[]}");
        assertThat(running()).isOne();
        server.pass(Duration.ofSeconds(15));
        worker.sends(ServerRig.join("leek-w1", "", "a.b")).expect("{\"lost\":[]}");

        worker.sends("FETCH default").expectTask("task-0001");
        assertThat(task("task-0001").path("attempts").asInt()).isOne();
    }

    @Test
    void aPauseOfTheServerItselfIsNoSilenceOfItsWorkers() {
        client.sends(push("task-0001")).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        String lease = lease(worker.sends("FETCH default").expectTask("task-0001"));

        server.freeze(Duration.ofMinutes(5));

        worker.sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}").expectOk();
        assertThat(task("task-0001").path("state").asString()).isEqualTo("success");
    }

    @Test
    void aLivingWorkersLeaseIsLengthenedAsLongAsItLives() {
        client.sends(push("task-0001", "\"reserve_for\":60,\"retry\":0")).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        String lease = lease(worker.sends("FETCH default").expectTask("task-0001"));

        beat(worker, "leek-w1", Duration.ofMinutes(10));

        worker.sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}").expectOk();
        assertThat(task("task-0001").path("state").asString()).isEqualTo("success");
        assertThat(running()).isZero();
    }

    @Test
    void aTaskThatEndedElsewhereIsNotLookedAfterForEver() {
        client.sends(push("task-0001", "\"reserve_for\":60")).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        worker.sends("FETCH default").expectTask("task-0001");
        server.store().sql().update("DELETE FROM leek.queued_task");

        beat(worker, "leek-w1", Duration.ofMinutes(2));

        assertThat(running()).isZero();
    }

    @Test
    void aWorkerElsewhereKeepsWhatItHoldsOverARestartOfTheServer() {
        client.sends(push("task-0001")).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        String lease = lease(worker.sends("FETCH default").expectTask("task-0001"));

        restart();
        TestClient again = server.worker("leek-w1");
        again.sends(ServerRig.join(
                        "leek-w1",
                        "{\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"},{\"jid\":\"task-0009\",\"lease\":\"x\"}",
                        "a.b"))
                .expect("{\"lost\":[\"task-0009\"]}");
        beat(again, "leek-w1", Duration.ofMinutes(2));

        again.sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}").expectOk();
        JsonNode task = task("task-0001");
        assertThat(task.path("state").asString()).isEqualTo("success");
        assertThat(task.path("crashes").asInt()).isZero();
    }

    @Test
    void aWorkerThatDoesNotComeBackLosesItsTaskAMinuteAfterTheRestart() {
        client.sends(push("task-0001")).expectOk();
        server.leekWorker("leek-w1", "a.b").sends("FETCH default").expectTask("task-0001");

        restart();
        server.pass(Duration.ofSeconds(59));
        client.sends("FETCH").expect("$-1");
        server.pass(Duration.ofSeconds(2));

        client.sends("FETCH").expectTask("task-0001");
    }

    @Test
    void whatAWorkerDoesNotNameWhenItJoinsAfterTheRestartGoesToTheNextSoon() {
        client.sends(push("task-0001")).expectOk();
        server.leekWorker("leek-w1", "a.b").sends("FETCH default").expectTask("task-0001");

        restart();
        TestClient again = server.leekWorker("leek-w1", "a.b");
        beat(again, "leek-w1", Duration.ofSeconds(39));
        client.sends("FETCH").expect("$-1");
        beat(again, "leek-w1", Duration.ofSeconds(10));

        again.sends("FETCH default").expectTask("task-0001");
        assertThat(task("task-0001").path("crashes").asInt()).isZero();
    }

    @Test
    void aWorkerThatLivedWithItsServerLosesItsTaskAtTheRestart() {
        client.sends(push("task-0001")).expectOk();
        server.leekWorker("leek-" + server.serverId() + "/app", "a.b")
                .sends("FETCH default")
                .expectTask("task-0001");

        restart();

        client.sends("FETCH").expectTask("task-0001");
        assertThat(task("task-0001").path("crashes").asInt()).isEqualTo(1);
    }

    @Test
    void aPlainWorkersReservationOutlivesTheServer() {
        client.sends(push("task-0001", "\"reserve_for\":600,\"retry\":0")).expectOk();
        client.sends("FETCH").expectTask("task-0001");

        restart();
        client.sends("FETCH").expect("$-1");
        client.sends("ACK {\"jid\":\"task-0001\"}").expectOk();

        assertThat(task("task-0001").path("state").asString()).isEqualTo("success");
    }

    @Test
    void aListenerHearsThatItsWorkerShallBeQuiet() {
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        TestClient listener = server.worker("leek-w1");
        listener.sends("LEEK LISTEN {\"wid\":\"leek-w1\"}");

        worker.sends("BEAT {\"wid\":\"leek-w1\",\"current_state\":\"quiet\"}").expectOk();

        listener.expect("{\"state\":\"quiet\"}");
    }

    @Test
    void aQuietWorkersLastConnectionTakesItsTasksBack() {
        client.sends(push("task-0001")).expectOk();
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        worker.sends("FETCH default").expectTask("task-0001");
        worker.sends("BEAT {\"wid\":\"leek-w1\",\"current_state\":\"quiet\"}").expectOk();

        worker.close();

        client.sends("FETCH").expectTask("task-0001");
    }

    private void restart() {
        var clock = server.clock();
        server.close();
        server = ServerRig.start(new StoreSettings.Location.File(dir), clock);
        client = server.client();
    }

    /** Time passes in steps in which the worker gives signs of life. */
    private void beat(TestClient worker, String wid, Duration time) {
        for (long left = time.toSeconds(); left > 0; left -= 20) {
            worker.sends("BEAT {\"wid\":\"" + wid + "\"}").expectOk();
            server.pass(Duration.ofSeconds(Math.min(left, 20)));
        }
    }

    private JsonNode task(String jid) {
        return client.asks("LEEK GET {\"jid\":\"" + jid + "\"}");
    }

    private int running() {
        return client.asks("INFO").path("faktory").path("sets").path("working").asInt();
    }

    /** Until the server has taken the command that another connection sends. */
    private void awaitTaken(Runnable send) {
        long before = commands();
        send.run();
        long asked = 1;
        while (commands() < before + asked + 1) {
            asked++;
        }
    }

    private long commands() {
        return client.asks("INFO").path("server").path("command_count").asLong();
    }

    private static List<String> fetched(TestClient worker, int max) {
        List<String> jids = new ArrayList<>();
        worker.asks(fetch(max)).forEach(task -> jids.add(task.path("jid").asString()));
        return jids;
    }

    private static String json(String jid) {
        return push(jid).substring("PUSH ".length());
    }

    private static String fetch(int max) {
        return fetch(max, 10_000);
    }

    private static String fetch(int max, int waitMs) {
        return "LEEK FETCH {\"queues\":[\"default\"],\"max\":" + max + ",\"wait_ms\":" + waitMs + "}";
    }
}

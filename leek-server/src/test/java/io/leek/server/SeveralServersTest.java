package io.leek.server;

import static io.leek.server.ConversationContract.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.ApplicationTransaction;
import io.leek.server.store.Postgres;
import io.leek.server.store.StoreSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that share one PostgreSQL. */
@Timeout(60)
class SeveralServersTest {

    private ServerRig first;
    private ServerRig second;
    private boolean isFirstClosed;

    StoreSettings.Location location() {
        return Postgres.newDatabase();
    }

    @BeforeEach
    void start() {
        StoreSettings.Location location = location();
        first = ServerRig.start(location);
        second = ServerRig.start(location, first.clock());
        // Each learns of the other when it looks at the heartbeats.
        first.pass(Duration.ofSeconds(10));
        second.pass(Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        second.close();
        if (!isFirstClosed) {
            first.close();
        }
    }

    @Test
    void aWorkerOfOneServerIsWokenByAPushToAnother() {
        TestClient worker = second.worker("w-1");
        worker.sends("LEEK FETCH {\"queues\":[\"default\"],\"max\":1,\"wait_ms\":30000}");

        first.client().sends(push("task-0001")).expectOk();

        // No upkeep runs here by itself, so nothing but the other server can have told.
        assertThat(worker.json().path(0).path("jid").asString()).isEqualTo("task-0001");
    }

    @Test
    void aClientOfOneServerIsToldWithinASecondWhatTheOtherHasFinished() {
        first.client().sends(push("task-0001")).expectOk();
        TestClient worker = second.worker("w-1");
        worker.sends("FETCH").expectTask("task-0001");
        TestClient waiter = first.client();
        waiter.sends("LEEK WAIT {\"jid\":\"task-0001\",\"timeout_ms\":60000}");
        worker.sends("ACK {\"jid\":\"task-0001\"}").expectOk();

        first.pass(Duration.ofSeconds(1));

        assertThat(waiter.expectTask("task-0001").path("state").asString()).isEqualTo("success");
    }

    @Test
    void aWorkerOfOneServerIsToldWithinASecondWhatTheOtherHasCancelled() {
        first.client().sends(push("task-0001")).expectOk();
        TestClient worker = second.leekWorker("leek-w1", "a.b");
        worker.sends("FETCH default").expectTask("task-0001");
        TestClient listener = second.worker("leek-w1");
        listener.sends("LEEK LISTEN {\"wid\":\"leek-w1\"}");

        first.client().sends("LEEK CANCEL {\"jid\":\"task-0001\"}").expectOk();
        second.pass(Duration.ofSeconds(1));

        assertThat(listener.reply()).contains("\"cancel\":[\"task-0001\"]");
    }

    @Test
    void aServerWhoseClockIsOffHandsNothingOutUntilItIsMended() {
        TestClient worker = second.worker("w-1");
        String fetch = "LEEK FETCH {\"queues\":[\"default\"],\"max\":1,\"wait_ms\":%d}";
        for (int seconds : List.of(6, -6)) {
            String jid = "task-%05d".formatted(seconds);
            second.runAhead(Duration.ofSeconds(seconds));
            second.pass(Duration.ofSeconds(1));

            second.client().sends(push(jid)).expectOk();
            worker.sends(fetch.formatted(0)).expect("[]");
            worker.sends(fetch.formatted(30_000));
            second.client().sends(push(jid + "-b")).expectOk();
            second.pass(Duration.ofSeconds(10));
            assertThat(queued(second)).isEqualTo(2);
            assertThat(running(second)).isZero();

            second.runAhead(Duration.ofSeconds(seconds).dividedBy(2));
            second.pass(Duration.ofSeconds(1));

            assertThat(worker.json().path(0).path("jid").asString()).isEqualTo(jid);
            worker.sends("ACK {\"jid\":\"" + jid + "\"}").expectOk();
            first.pass(Duration.ofSeconds(1));
            first.worker("w-2").sends("FETCH").expectTask(jid + "-b");
            worker.sends("ACK {\"jid\":\"" + jid + "-b\"}").expectOk();
        }
    }

    @Test
    void whatADeadServerLeftIsTakenOverBesideATransactionThatHasPartOfItInHand() throws Exception {
        String wid = "leek-" + first.serverId() + "/app";
        TestClient worker = first.leekWorker(wid, "a.b");
        for (String jid : List.of("task-0001", "task-0002")) {
            first.client().sends(push(jid)).expectOk();
            worker.sends("FETCH").expectTask(jid);
        }
        try (ApplicationTransaction open = ApplicationTransaction.begin(second.store())) {
            open.complete("task-0001");
            first.close();
            isFirstClosed = true;
            second.pass(Duration.ofSeconds(10));

            TestClient other = second.worker("w-2");
            other.sends("FETCH").expectTask("task-0002");
            second.pass(Duration.ofSeconds(10));
            open.rollback();
            second.pass(Duration.ofSeconds(10));
            other.sends("FETCH").expectTask("task-0001");
        }
    }

    @Test
    void theNextOfAMutexGoesToAWorkerOfTheOtherServerAsSoonAsTheOneBeforeHasEnded() {
        TestClient client = first.client();
        for (String jid : List.of("task-0001", "task-0002")) {
            client.sends(LimitedTasksContract.push(jid, LimitedTasksContract.mutex("m", 1, false)))
                    .expectOk();
        }
        TestClient one = first.worker("w-1");
        one.sends("FETCH").expectTask("task-0001");
        TestClient other = second.worker("w-2");
        other.sends(LimitedTasksContract.fetch(1, 0)).expect("[]");
        other.sends(LimitedTasksContract.fetch(1, 30_000));

        one.sends("ACK {\"jid\":\"task-0001\"}").expectOk();

        assertThat(LimitedTasksContract.jids(other)).containsExactly("task-0002");
    }

    @Test
    void whatADeadServersWorkerHeldOfAMutexIsFreeOnceItIsTakenOver() {
        TestClient client = second.client();
        for (String jid : List.of("task-0001", "task-0002")) {
            client.sends(LimitedTasksContract.push(jid, LimitedTasksContract.mutex("m", 1, false)))
                    .expectOk();
        }
        TestClient worker = first.leekWorker("leek-" + first.serverId() + "/app", "mailer.welcome");
        worker.sends("FETCH").expectTask("task-0001");
        TestClient other = second.worker("w-2");
        other.sends(LimitedTasksContract.fetch(2, 0)).expect("[]");
        first.close();
        isFirstClosed = true;

        second.pass(Duration.ofSeconds(10));

        assertThat(LimitedTasksContract.jids(other.sends(LimitedTasksContract.fetch(2, 1_000))))
                .hasSize(1);
    }

    private static long queued(ServerRig server) {
        return server.store().store().queued();
    }

    private static long running(ServerRig server) {
        return server.store().store().leased().size();
    }

    @Test
    void eachTaskGoesToOneWorkerOnly() {
        TestClient one = first.worker("w-1");
        TestClient other = second.worker("w-2");
        TestClient client = first.client();
        for (int i = 10; i < 30; i++) {
            client.sends(push("task-00" + i)).expectOk();
        }

        Set<String> seen = new HashSet<>();
        while (seen.size() < 20) {
            for (TestClient worker : List.of(one, other)) {
                worker.asks("LEEK FETCH {\"queues\":[\"default\"],\"max\":3,\"wait_ms\":0}")
                        .forEach(task -> assertThat(seen.add(task.path("jid").asString()))
                                .as(task.toString())
                                .isTrue());
            }
        }
    }
}

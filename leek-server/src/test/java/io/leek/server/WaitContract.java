package io.leek.server;

import static io.leek.server.ConversationContract.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.StoreSettings;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Waiting for tasks to finish, the same on each kind of store. */
@Timeout(60)
abstract class WaitContract {

    private ServerRig server;
    private TestClient worker;
    private TestClient waiter;

    abstract StoreSettings.Location location();

    @BeforeEach
    void start() {
        server = ServerRig.start(location());
        worker = server.worker("w-1");
        waiter = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aWaitIsAnsweredWithTheWholeRowOnceTheTaskHasSucceeded() {
        runs("task-0001");
        waitFor("task-0001");
        waiting(1);

        worker.sends("ACK {\"jid\":\"task-0001\",\"result\":\"{\\\"pages\\\":7}\"}")
                .expectOk();

        JsonNode row = waiter.expectTask("task-0001");
        assertThat(row.path("state").asString()).isEqualTo("success");
        assertThat(row.path("result").asString()).isEqualTo("{\"pages\":7}");
        assertThat(row).isEqualTo(waiter.asks("LEEK GET {\"jid\":\"task-0001\"}"));
        nobodyWaits();
    }

    @Test
    void aWaitEndsWithTheFailureOfTheLastAttemptOnly() {
        worker.sends(push("task-0001", "\"retry\":1")).expectOk();
        worker.sends("FETCH").expectTask("task-0001");
        waitFor("task-0001");
        waiting(1);
        String fail = "FAIL {\"jid\":\"task-0001\",\"errtype\":\"E\",\"message\":\"%s\"}";
        worker.sends(fail.formatted("first")).expectOk();
        assertThat(server.waits().size()).as("the task waits for its retry").isEqualTo(1);
        server.pass(Duration.ofMinutes(2));
        worker.sends("FETCH").expectTask("task-0001");

        worker.sends(fail.formatted("second")).expectOk();

        JsonNode row = waiter.expectTask("task-0001");
        assertThat(row.path("state").asString()).isEqualTo("failed");
        assertThat(row.path("failure").path("message").asString()).isEqualTo("second");
        nobodyWaits();
    }

    @Test
    void aWaitEndsWhenTheTaskIsParked() {
        TestClient knowsOther = server.leekWorker("leek-w-1", "other.name");
        knowsOther.sends(push("task-0001")).expectOk();
        waitFor("task-0001");
        waiting(1);

        for (int minutes = 0; minutes <= 61; minutes++) {
            knowsOther.sends("BEAT {\"wid\":\"leek-w-1\"}").expectOk();
            server.pass(Duration.ofMinutes(1).minusSeconds(1));
        }

        JsonNode row = waiter.expectTask("task-0001");
        assertThat(row.path("failure").path("reason").asString()).isEqualTo("unknown_task");
        nobodyWaits();
    }

    @Test
    void aTaskThatHasFinishedBeforeTheWaitIsToldAtOnce() {
        runs("task-0001");
        worker.sends("ACK {\"jid\":\"task-0001\"}").expectOk();

        waitFor("task-0001");

        assertThat(waiter.expectTask("task-0001").path("state").asString()).isEqualTo("success");
        nobodyWaits();
    }

    @Test
    void aRowThatSomebodyElseHasMovedIsSeenWithinASecond() {
        worker.sends(push("task-0001")).expectOk();
        worker.sends(push("task-0002")).expectOk();
        waitForAny("task-0001", "task-0002");
        waiting(2);
        server.store()
                .sql()
                .update("INSERT INTO leek.success_task (jid, seq, name, queue, payload, enqueued_at, finished_at,"
                        + " attempts, crashes, result) SELECT jid, seq, name, queue, payload, enqueued_at, enqueued_at,"
                        + " 1, 0, '42' FROM leek.queued_task WHERE jid = 'task-0002'");
        server.store().sql().update("DELETE FROM leek.queued_task WHERE jid = 'task-0002'");

        server.pass(Duration.ofSeconds(1));

        JsonNode rows = waiter.json();
        assertThat(rows).hasSize(1);
        assertThat(rows.path(0).path("jid").asString()).isEqualTo("task-0002");
        assertThat(rows.path(0).path("result").asString()).isEqualTo("42");
    }

    @Test
    void aWaitWhoseTimeIsOverGetsNothingAndLeavesNothingBehind() {
        worker.sends(push("task-0001")).expectOk();

        waiter.sends("LEEK WAIT {\"jid\":\"task-0001\",\"timeout_ms\":1}").expect("$-1");
        waiter.sends("LEEK WAIT {\"jids\":[\"task-0001\"],\"timeout_ms\":1}").expect("[]");

        nobodyWaits();
    }

    @Test
    void aTaskThatIsNotThereYetIsWaitedFor() {
        waitFor("task-0001");
        waiting(1);
        runs("task-0001");

        worker.sends("ACK {\"jid\":\"task-0001\"}").expectOk();

        waiter.expectTask("task-0001");
    }

    @Test
    void aClosedConnectionLeavesNoWaitBehind() {
        TestClient leaving = server.client();
        leaving.sends("LEEK WAIT {\"jids\":[\"task-0001\",\"task-0002\"],\"timeout_ms\":60000}");
        waiting(2);

        leaving.close();

        waiting(0);
    }

    @Test
    void ofSeveralTasksThoseThatHaveFinishedAreToldAndTheOthersCanBeWaitedForAgain() {
        runs("task-0001");
        runs("task-0002");
        waitForAny("task-0001", "task-0002");
        waiting(2);
        worker.sends("ACK {\"jid\":\"task-0002\"}").expectOk();
        assertThat(waiter.json().path(0).path("jid").asString()).isEqualTo("task-0002");
        // What finishes while nobody asks is told the next time.
        worker.sends("ACK {\"jid\":\"task-0001\"}").expectOk();

        waitForAny("task-0001");

        assertThat(waiter.json().path(0).path("jid").asString()).isEqualTo("task-0001");
        nobodyWaits();
    }

    @Test
    void theNextWaitOfAConnectionAnswersTheOneBefore() {
        runs("task-0001");
        waitForAny("task-0001");
        waitForAny("task-0001", "task-0002");
        waiter.expect("[]");
        waitFor("task-0001");
        waiter.expect("[]");
        waitForAny("task-0001");
        waiter.expect("$-1");

        worker.sends("ACK {\"jid\":\"task-0001\"}").expectOk();

        assertThat(waiter.json()).hasSize(1);
        waiter.sends("LEEK WAIT {\"jids\":[]}").expect("[]");
        nobodyWaits();
    }

    @Test
    void endAnswersAWaitBeforeItHangsUp() {
        waitFor("task-0001");

        waiter.sends("END").expect("$-1").expectClosed();

        waiting(0);
    }

    @Test
    void whatFinishesAtTheMomentTheWaitBeginsIsNotMissed() throws Exception {
        for (int i = 1_000; i < 1_200; i++) {
            String jid = "task-" + i;
            runs(jid);
            CountDownLatch both = new CountDownLatch(2);
            Thread ack = new Thread(() -> {
                meet(both);
                worker.sends("ACK {\"jid\":\"" + jid + "\"}").expectOk();
            });
            ack.start();
            meet(both);
            waitFor(jid);
            // No sweep runs here, so a wake-up that got lost would not come again.
            waiter.expectTask(jid);
            ack.join();
        }
        nobodyWaits();
    }

    @Test
    void aTaskRetriedBeforeItsFailureCouldBeToldIsWaitedForOn() {
        runs("task-0001");
        runs("task-0002");
        waitForAny("task-0001", "task-0002");
        waiting(2);
        worker.sends("ACK {\"jid\":\"task-0002\"}").expectOk();
        waiter.json();
        worker.sends("FAIL {\"jid\":\"task-0001\",\"final\":true}").expectOk();
        worker.sends("LEEK RETRY {\"jid\":\"task-0001\"}").expect("{\"retried\":1}");
        waitForAny("task-0001");
        worker.sends("FETCH").expectTask("task-0001");

        worker.sends("ACK {\"jid\":\"task-0001\"}").expectOk();

        assertThat(waiter.json().path(0).path("state").asString()).isEqualTo("success");
    }

    @Test
    void aWaitThatMakesNoSenseIsRefused() {
        waiter.sends("LEEK WAIT").expectStart("-ERR LEEK WAIT needs a jid, or at most");
        waiter.sends("LEEK WAIT {\"jids\":[null]}").expectStart("-ERR LEEK WAIT needs a jid, or at most");
        waiter.sends("LEEK WAIT {\"jid\":\"" + "x".repeat(65) + "\"}")
                .expectStart("-ERR LEEK WAIT needs a jid, or at most");
        waiter.sends("LEEK WAIT {\"jid\":\"task-0001\",\"timeout_ms\":60001}")
                .expectStart("-ERR LEEK WAIT needs timeout_ms");
        waiter.sends("LEEK WAIT {\"jid\":\"task-0001\",\"timeout_ms\":-1}")
                .expectStart("-ERR LEEK WAIT needs timeout_ms");
    }

    private void runs(String jid) {
        worker.sends(push(jid)).expectOk();
        worker.sends("FETCH").expectTask(jid);
    }

    private void waitFor(String jid) {
        waiter.sends("LEEK WAIT {\"jid\":\"" + jid + "\",\"timeout_ms\":60000}");
    }

    private void waitForAny(String... jids) {
        waiter.sends("LEEK WAIT {\"jids\":[\"" + String.join("\",\"", jids) + "\"],\"timeout_ms\":60000}");
    }

    private void nobodyWaits() {
        assertThat(server.waits().size()).isZero();
    }

    /** Until the server has taken notice. */
    private void waiting(int tasks) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (server.waits().size() != tasks && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(server.waits().size()).isEqualTo(tasks);
    }

    private static void meet(CountDownLatch both) {
        both.countDown();
        try {
            both.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

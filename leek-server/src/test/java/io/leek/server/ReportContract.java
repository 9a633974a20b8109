package io.leek.server;

import static io.leek.server.ConversationContract.lease;
import static io.leek.server.ConversationContract.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.StoreSettings;
import io.leek.server.store.TestClock;
import io.leek.task.TaskLog;
import io.leek.task.TaskState;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** What runs tell of themselves, the same on each kind of store. */
@Timeout(60)
abstract class ReportContract {

    private final TestClock clock = new TestClock();
    private StoreSettings.Location location;
    private ServerRig server;
    private TestClient client;
    private TestClient worker;
    private String lease;

    abstract StoreSettings.Location location();

    @BeforeEach
    void start() {
        location = location();
        server = ServerRig.start(location, clock);
        client = server.client();
        worker = server.leekWorker("leek-w1", "a.b");
        client.sends(push("task-0001", "\"retry\":1,\"custom\":{\"leek\":{\"retry\":{\"delay_ms\":0}}}"))
                .expectOk();
        lease = lease(worker.asks("FETCH default"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TestClient tells(String more) {
        return worker.sends("LEEK PROGRESS {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"," + more + "}");
    }

    private JsonNode task() {
        return client.asks("LEEK GET {\"jid\":\"task-0001\"}");
    }

    private int stored() {
        return server.store().sql().queryForObject("SELECT COUNT(*) FROM leek.report", Integer.class);
    }

    @Test
    void theLatestProgressIsToldAtOnceAndKeptWithTheTask() {
        assertThat(task().has("progress")).isFalse();
        tells("\"done\":1,\"of\":9,\"message\":\"one\"").expectOk();
        tells("\"done\":2,\"of\":9").expectOk();

        assertThat(task().path("progress").toString())
                .isEqualTo("{\"done\":2,\"of\":9,\"updated_at\":\"2026-03-01T10:00:00.123456Z\"}");

        worker.sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}").expectOk();
        assertThat(task().path("progress").path("done").asInt()).isEqualTo(2);
        assertThat(client.asks("LEEK LIST {\"state\":\"success\"}").path(0).has("progress"))
                .isFalse();
    }

    @Test
    void theStoreIsWrittenOnceASecondForAllThatWasTold() {
        tells("\"done\":1,\"of\":9").expectOk();
        assertThat(stored()).isZero();
        server.pass(Duration.ofSeconds(1));
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void theLogGrowsByWhatEachRunNotesAndKeepsItsLastLines() {
        tells("\"log\":[\"first\"]").expectOk();
        assertThat(task().path("log").toString()).isEqualTo("[\"first\"]");
        tells("\"log\":[\"second\",\"third\"],\"done\":1,\"of\":2").expectOk();
        worker.sends("FAIL {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}").expectOk();
        lease = lease(worker.asks("FETCH default"));
        tells("\"log\":[\"of the next run\"]").expectOk();

        assertThat(task().path("log").toString()).isEqualTo("[\"first\",\"second\",\"third\",\"of the next run\"]");
        assertThat(task().path("progress").path("done").asInt()).isEqualTo(1);

        for (int i = 0; i < TaskLog.MAX_LINES; i++) {
            tells("\"log\":[\"" + i + "\"]").expectOk();
        }
        assertThat(task().path("log")).hasSize(TaskLog.MAX_LINES);
        assertThat(task().path("log").path(0).asString()).isEqualTo("0");
    }

    @Test
    void whatWasToldOutlivesTheServer() {
        tells("\"done\":1,\"of\":9,\"message\":\"nul \\u0000\",\"log\":[\"nul \\u0000\"]")
                .expectOk();
        server.close();
        server = ServerRig.start(location, clock);
        client = server.client();

        assertThat(task().path("progress").path("message").asString()).startsWith("nul ");
        assertThat(task().path("log")).hasSize(1);
    }

    @Test
    void whoHasNotTheLeaseTellsNothing() {
        String before = lease;
        lease = "another";
        tells("\"done\":1,\"of\":9").expectStart("-STALE ");
        lease = before;
        worker.sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}").expectOk();
        tells("\"done\":1,\"of\":9").expectStart("-STALE ");
        tells("\"done\":-1").expectStart("-ERR LEEK PROGRESS needs jid and lease");
        worker.sends("LEEK PROGRESS").expectStart("-ERR LEEK PROGRESS needs jid and lease");

        assertThat(task().has("progress")).isFalse();
    }

    @Test
    void whatIsToldOfAPurgedTaskIsForgotten() {
        tells("\"done\":1,\"of\":9").expectOk();
        worker.sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\"}").expectOk();
        server.pass(Duration.ofSeconds(1));
        assertThat(stored()).isEqualTo(1);
        server.store().store().purge(TaskState.SUCCESS, clock.instant().plusSeconds(1), 10);

        server.pass(Duration.ofSeconds(20));

        assertThat(stored()).isZero();
    }
}

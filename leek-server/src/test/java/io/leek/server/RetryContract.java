package io.leek.server;

import static io.leek.server.ConversationContract.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.StoreSettings;
import io.leek.server.store.TestClock;
import java.time.Duration;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** When a task runs again, the same on each kind of store. */
@Timeout(60)
abstract class RetryContract {

    private final TestClock clock = new TestClock();
    private StoreSettings.Location location;
    private ServerRig server;
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

    private void fails(String jid, String more) {
        client.sends("FETCH").expectTask(jid);
        client.sends("FAIL {\"jid\":\"" + jid + "\",\"errtype\":\"E\",\"message\":\"at " + clock.instant() + "\"" + more
                        + "}")
                .expectOk();
    }

    /** It is not due a moment before, and it is then. */
    private void isDueAfter(Duration delay) {
        server.pass(delay.minusMillis(1));
        client.sends("LEEK FETCH {\"queues\":[\"default\"],\"wait_ms\":0}").expect("[]");
        server.pass(Duration.ofMillis(1));
    }

    private JsonNode task(String jid) {
        return client.asks("LEEK GET {\"jid\":\"" + jid + "\"}");
    }

    private static String backoff(int retries, String numbers) {
        return "\"retry\":" + retries + ",\"custom\":{\"leek\":{\"retry\":{" + numbers + "}}}";
    }

    @Test
    void theDelaysAreThoseOfTheRecord() {
        client.sends(push("task-0001", backoff(4, "\"delay_ms\":2000,\"multiplier\":3,\"max_delay_ms\":10000")))
                .expectOk();

        for (int seconds : new int[] {2, 6, 10, 10}) {
            fails("task-0001", "");
            isDueAfter(Duration.ofSeconds(seconds));
        }
        fails("task-0001", "");

        assertThat(task("task-0001").path("state").asString()).isEqualTo("failed");
        assertThat(task("task-0001").path("attempts").asInt()).isEqualTo(5);
    }

    @Test
    void theDelaysOutliveTheServer() {
        client.sends(push("task-0001", backoff(2, "\"delay_ms\":60000,\"multiplier\":2")))
                .expectOk();
        fails("task-0001", "");
        server.close();
        server = ServerRig.start(location, clock);
        client = server.client();

        isDueAfter(Duration.ofMinutes(1));
        fails("task-0001", "");
        isDueAfter(Duration.ofMinutes(2));

        client.sends("FETCH").expectTask("task-0001");
    }

    @Test
    void aTaskThatSaysWhenRunsThenAndUsesUpARetry() {
        client.sends(push("task-0001", backoff(2, "\"delay_ms\":1000"))).expectOk();

        fails("task-0001", ",\"retry_in_ms\":60000");
        isDueAfter(Duration.ofMinutes(1));
        fails("task-0001", "");
        isDueAfter(Duration.ofSeconds(1));
        fails("task-0001", ",\"retry_in_ms\":60000");

        assertThat(task("task-0001").path("state").asString()).isEqualTo("failed");
    }

    @Test
    void aTaskWithoutRetriesRunsAgainAsOftenAsItSaysWhen() {
        client.sends(push("task-0001", "\"retry\":0")).expectOk();

        for (int i = 0; i < 3; i++) {
            fails("task-0001", ",\"retry_in_ms\":60000");
            isDueAfter(Duration.ofMinutes(1));
        }
        fails("task-0001", "");

        assertThat(task("task-0001").path("state").asString()).isEqualTo("failed");
    }

    @Test
    void aRetryWithoutDelayIsThereAtOnce() {
        client.sends(push("task-0001", backoff(1, "\"delay_ms\":0"))).expectOk();
        fails("task-0001", "");

        client.sends("FETCH").expectTask("task-0001");
        client.sends("FAIL {\"jid\":\"task-0001\"}").expectOk();
        assertThat(task("task-0001").path("state").asString()).isEqualTo("failed");
    }

    @Test
    void whatTheWorkerCallsFinalIsNotRetried() {
        client.sends(push("task-0001", backoff(5, "\"delay_ms\":1000"))).expectOk();

        fails("task-0001", ",\"final\":true");

        assertThat(task("task-0001").path("state").asString()).isEqualTo("failed");
    }

    @Test
    void delaysThatCannotBeAreRefusedAtThePush() {
        client.sends(push("task-0001", backoff(5, "\"multiplier\":0.5")))
                .expect("-ERR custom.leek.retry: multiplier must be 1 or more, but was 0.5");
    }

    @Test
    void everyAttemptsErrorIsToldAndKeptWhenTheTaskIsPutBack() {
        client.sends(push("task-0001", backoff(1, "\"delay_ms\":1000"))).expectOk();
        fails("task-0001", "");
        isDueAfter(Duration.ofSeconds(1));
        fails("task-0001", "");

        JsonNode failures = task("task-0001").path("failures");
        assertThat(failures).hasSize(2);
        assertThat(failures.path(0).path("failure").path("message").asString())
                .isEqualTo("at 2026-03-01T10:00:00.123456Z");
        assertThat(failures.path(1).path("failure").path("message").asString())
                .isEqualTo("at 2026-03-01T10:00:01.123456Z");
        assertThat(failures.path(1).path("number").asInt()).isEqualTo(2);
        assertThat(failures.path(1).path("started_at").asString()).isEqualTo("2026-03-01T10:00:01.123456Z");
        assertThat(failures.path(1).path("worker_id").asString()).isEqualTo("anonymous");

        client.sends("LEEK RETRY {\"jid\":\"task-0001\"}").expect("{\"retried\":1}");
        client.sends("FETCH").expectTask("task-0001");
        client.sends("ACK {\"jid\":\"task-0001\"}").expectOk();

        assertThat(task("task-0001").path("state").asString()).isEqualTo("success");
        assertThat(task("task-0001").path("failures")).hasSize(2);
        JsonNode listed = client.asks("LEEK LIST {\"state\":\"success\"}");
        assertThat(listed.path(0).has("failures")).isFalse();
    }

    @Test
    void nothingThatSucceededOrIsQueuedIsPutBackByIdOrFilter() {
        for (String jid : new String[] {"task-0001", "task-0002"}) {
            client.sends(push(jid, "\"retry\":0")).expectOk();
        }
        client.sends("FETCH").expectTask("task-0001");
        client.sends("ACK {\"jid\":\"task-0001\"}").expectOk();

        client.sends("LEEK RETRY {\"jid\":\"task-0001\"}").expect("{\"retried\":0}");
        client.sends("LEEK RETRY {\"jid\":\"task-0002\"}").expect("{\"retried\":0}");
        client.sends("LEEK RETRY {}").expect("{\"retried\":0}");
        client.sends(push("task-0001", "\"retry\":0")).expectOk();

        assertThat(StreamSupport.stream(
                                client.asks("LEEK LIST {\"state\":\"queued\"}").spliterator(), false)
                        .map(task -> task.path("jid").asString()))
                .containsExactly("task-0002");
    }
}

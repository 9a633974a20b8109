package io.leek.server;

import static io.leek.server.ConversationContract.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.StoreSettings;
import io.leek.server.store.TestClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** What LEEK BACKLOG tells an application at its start, the same on each kind of store. */
@Timeout(60)
abstract class BacklogContract {

    private static final String FIRST = "LEEK BACKLOG {\"names\":[\"a.b\"]}";

    private static final String FAILED = """
            INSERT INTO leek.failed_task
              (jid, seq, name, queue, payload, enqueued_at, finished_at, attempts, crashes, reason, errtype, message,
               backtrace)
            SELECT 'task-' || (100000 + x), x, 'a.b', 'default', '{"args":[1]}', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 1, 0,
              CASE WHEN x = 1 OR x = ? THEN 'arguments' ELSE 'exception' END, 'E', 'm', ''
            FROM\s""";

    private ServerRig server;
    private TestClient client;

    abstract StoreSettings.Location location();

    /** A table of numbers from 1 in a column x. */
    abstract String numbers(int count);

    @BeforeEach
    void start() {
        server = ServerRig.start(location(), new TestClock());
        client = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void itTellsTheNamesOfWhatWaitsAndTheTasksOfTheNamesAskedFor() {
        server.leekWorker("leek-w1", "other.name");
        client.sends(push("task-0001")).expectOk();
        client.sends(push("task-0002")).expectOk();
        client.sends("PUSH {\"jid\":\"task-0003\",\"jobtype\":\"nobody.knows\",\"args\":[]}")
                .expectOk();

        JsonNode backlog = client.asks(FIRST);

        assertThat(backlog.path("names").toString())
                .isEqualTo("[{\"name\":\"a.b\",\"count\":2,\"known\":false},"
                        + "{\"name\":\"nobody.knows\",\"count\":1,\"known\":false}]");
        assertThat(jids(backlog.path("queued"))).containsExactly("task-0001", "task-0002");
        assertThat(backlog.has("parked_after")).isFalse();
    }

    @Test
    void anAnswerLooksAtSoManyFailedTasksAndTellsWhereToGoOn() {
        server.store().sql().update(FAILED + numbers(10_050), 10_050);

        JsonNode first = client.asks(FIRST);
        JsonNode rest =
                client.asks("LEEK BACKLOG {\"names\":[\"a.b\"],\"parked_after\":" + first.path("parked_after") + "}");

        assertThat(jids(first.path("parked"))).containsExactly("task-100001");
        assertThat(first.path("parked_after").asString()).isEqualTo("task-110000");
        assertThat(jids(rest.path("parked"))).containsExactly("task-110050");
        assertThat(rest.has("parked_after")).isFalse();
    }

    private static List<String> jids(JsonNode tasks) {
        List<String> jids = new ArrayList<>();
        tasks.forEach(task -> jids.add(task.path("jid").asString()));
        return jids;
    }
}

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

/** What a server says whose queue may have three tasks, the same on each kind of store. */
@Timeout(60)
abstract class FullQueueContract {

    private static final int MAX_QUEUED = 3;

    private static final String FULL = "-FULL the queue has 3 tasks, and leek.server.max-queued=3 leaves no room for ";

    private StoreSettings.Location location;
    private ServerRig server;
    private TestClient client;

    abstract StoreSettings.Location location();

    @BeforeEach
    void start() {
        location = location();
        server = ServerRig.startWithLimit(location, new TestClock(), MAX_QUEUED);
        client = server.client();
        isCounted();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void fill() {
        client.sends(bulk("task-0001", "task-0002", "task-0003")).expect("{}");
    }

    @Test
    void whatIsBeyondTheLimitIsRefusedByItsCodeAndNotKept() {
        fill();

        client.sends(push("task-0004")).expectStart(FULL + "1 more. Push again ");
        client.sends("LEEK " + push("task-0004")).expectStart(FULL);
        client.sends("LEEK GET {\"jid\":\"task-0004\"}").expect("$-1");
        assertThat(count("queued")).isEqualTo(3);
    }

    @Test
    void pipelinedPushesStopAtTheLimit() {
        for (int i = 0; i < 10; i++) {
            client.sends(push("task-000" + i));
        }
        for (int i = 0; i < 10; i++) {
            client.expectStart(i < MAX_QUEUED ? "+OK" : "-FULL ");
        }
        assertThat(count("queued")).isEqualTo(3);
    }

    @Test
    void aBulkThatDoesNotFitIsRefusedAsAWhole() {
        client.sends(push("task-0001")).expectOk();

        client.sends(bulk("task-0002", "task-0003", "task-0004"))
                .expectStart("-FULL the queue has 1 tasks, and leek.server.max-queued=3 leaves no room for 3 more. ");

        assertThat(count("queued")).isEqualTo(1);
        client.sends(bulk("task-0002", "task-0003")).expect("{}");
    }

    @Test
    void aTaskThatIsKnownIsAnsweredAsEver() {
        fill();

        client.sends(push("task-0001")).expectOk();
        client.sends("LEEK " + push("task-0001")).expect("{\"jid\":\"task-0001\",\"new\":true}");
        client.sends(bulk("task-0001", "task-0002", "task-0003")).expect("{}");
        client.sends(bulk("task-0003", "task-0004")).expectStart(FULL + "1 more");
        client.sends("FETCH").expectTask("task-0001");
        client.sends("ACK {\"jid\":\"task-0001\"}").expectOk();
        client.sends(bulk("task-0001", "task-0004")).expect("{}");
        client.sends(push("task-0001")).expectOk();
        assertThat(count("success")).isEqualTo(1);
    }

    @Test
    void aFinishedTaskMakesRoomAndOneToBeRetriedDoesNot() {
        fill();
        client.sends("FETCH").expectTask("task-0001");
        client.sends(push("task-0004")).expectStart(FULL);
        client.sends("FAIL {\"jid\":\"task-0001\"}").expectOk();
        client.sends(push("task-0004")).expectStart(FULL);

        client.sends("FETCH").expectTask("task-0002");
        client.sends("ACK {\"jid\":\"task-0002\"}").expectOk();

        client.sends(push("task-0004")).expectOk();
        client.sends(push("task-0005")).expectStart(FULL);
    }

    @Test
    void aFailedTaskIsPutBackThoughTheQueueIsFull() {
        client.sends(push("task-0001", "\"retry\":0")).expectOk();
        client.sends("FETCH").expectTask("task-0001");
        client.sends("FAIL {\"jid\":\"task-0001\"}").expectOk();
        client.sends(bulk("task-0002", "task-0003", "task-0004")).expect("{}");

        client.sends("LEEK RETRY {\"jid\":\"task-0001\"}").expect("{\"retried\":1}");

        client.sends(push("task-0005")).expectStart("-FULL the queue has 4 tasks");
    }

    @Test
    void aBrokenTaskIsRefusedForWhatItIs() {
        fill();

        client.sends("PUSH {}").expect("-ERR jobs must have a reasonable jid parameter");
        client.sends("PUSHB [{}]").expect("{\"\":\"jobs must have a reasonable jid parameter\"}");
    }

    @Test
    void whatOthersWriteIsSeenWithTheNextCount() {
        for (int i = 1; i < 4; i++) {
            server.store()
                    .sql()
                    .update(
                            "INSERT INTO leek.queued_task (jid, name, payload) VALUES (?, 'a.b', '{}')",
                            "by-hand-" + i);
        }
        client.sends(push("task-0001")).expectOk();
        server.freeze(Duration.ofSeconds(10));
        // One that is being stored while the rows are counted would be left out of the figure.
        client.sends("PUSHB []").expect("{}");
        isCounted();

        client.sends(push("task-0003")).expectStart("-FULL the queue has 4 tasks");

        server.store().sql().update("DELETE FROM leek.queued_task WHERE seq NOT IN (SELECT seq FROM leek.lease)");
        client.sends(push("task-0003")).expectStart("-FULL the queue has 4 tasks");
        server.freeze(Duration.ofSeconds(1));
        client.sends(push("task-0003")).expectStart("-FULL the queue has 4 tasks");
        isCounted();
        client.sends(push("task-0003")).expectOk();
    }

    @Test
    void aServerKnowsHowFullTheQueueWasBeforeItsStart() {
        fill();
        server.close();
        server = ServerRig.startWithLimit(location, server.clock(), MAX_QUEUED);
        client = server.client();
        isCounted();

        client.sends(push("task-0004")).expectStart(FULL);
    }

    /** What is looked up behind a count is answered after it. */
    private void isCounted() {
        count("queued");
    }

    private int count(String state) {
        return client.asks("LEEK COUNT {\"state\":\"" + state + "\"}")
                .path("count")
                .asInt();
    }

    private static String bulk(String... jids) {
        StringBuilder tasks = new StringBuilder();
        for (String jid : jids) {
            tasks.append(tasks.isEmpty() ? "" : ",").append(push(jid).substring("PUSH ".length()));
        }
        return "PUSHB [" + tasks + "]";
    }
}

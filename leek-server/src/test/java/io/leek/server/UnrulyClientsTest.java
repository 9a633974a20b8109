package io.leek.server;

import static io.leek.server.ConversationContract.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.StoreSettings;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** However a client behaves, the others are served. */
@Timeout(60)
class UnrulyClientsTest {

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
    void othersAreStillServed() {
        try {
            client.sends(push("task-last")).expectOk();
            client.sends("LEEK COUNT {\"state\":\"queued\",\"name\":\"a.b\"}").expectStart("{\"count\":");
        } finally {
            server.close();
        }
    }

    @Test
    void silenceAndHalfALineDisturbNobody() {
        server.stranger();
        server.stranger().writes("HELLO {\"v\":");
        server.client().writes("PUSH {\"jid\":\"task-half");
    }

    @Test
    void theFirstLineMustBeHelloAndNothingAfterItCounts() {
        TestClient stranger = server.stranger().expect("+HI {\"v\":2}");

        stranger.writes(push("task-0001") + "\r\nHELLO {\"v\":2}\r\n" + push("task-0002") + "\r\n");

        stranger.expectClosed();
        client.sends("LEEK GET {\"jid\":\"task-0001\"}").expect("$-1");
        client.sends("LEEK GET {\"jid\":\"task-0002\"}").expect("$-1");
    }

    @Test
    void garbageOfAnyLengthEndsOneConnectionAtMost() {
        Random random = new Random(7);
        StringBuilder garbage = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            garbage.append((char) random.nextInt(256));
        }
        TestClient stranger = server.stranger().expect("+HI {\"v\":2}");
        stranger.floods(garbage.toString());

        stranger.expectClosed();
    }

    @Test
    void aClientThatDoesNotReadItsAnswersMakesTheServerStopReadingForIt() {
        String payload = "x".repeat(90_000);
        client.sends("PUSH {\"jid\":\"task-long\",\"jobtype\":\"a.b\",\"args\":[\"" + payload + "\"]}")
                .expectOk();
        TestClient greedy = server.client();

        greedy.writes("LEEK GET {\"jid\":\"task-long\"}\r\n".repeat(400));
        assertThat(greedy.json().path("jid").asString()).isEqualTo("task-long");

        assertThat(client.asks("INFO").path("server").path("command_count").asInt())
                .isLessThan(300);
        for (int i = 1; i < 400; i++) {
            assertThat(greedy.json().path("jid").asString()).isEqualTo("task-long");
        }
    }

    @Test
    void aWorkerIdThatNoColumnCanHoldIsRefused() {
        TestClient stranger = server.stranger().expect("+HI {\"v\":2}");

        stranger.sends("HELLO {\"v\":2,\"wid\":\"" + "w".repeat(256) + "\"}").expectStart("-ERR wid must be");

        stranger.expectClosed();
    }

    @Test
    void garbageAfterTheHandshakeIsAnsweredLineByLine() {
        TestClient noisy = server.client();
        for (String line :
                new String[] {"\u0000\u0001", "ACK \u0000", "FAIL [", "LEEK \t", "BEAT {{{{", "PUSHB [[[["}) {
            noisy.sends(line).expectStart("-ERR ");
        }
        noisy.sends(push("task-0001")).expectOk();
    }

    @Test
    void tooLongALineIsToldAfterTheAnswersBeforeItAndThenTheConnectionEnds() {
        TestClient wordy = server.client();
        String tooMuch = "x".repeat(30 * ServerRig.MAX_LINE);

        wordy.writes(push("task-0001") + "\r\nFETCH other\r\n"
                + push("task-0002", "\"custom\":{\"x\":\"" + tooMuch + "\"}"));

        wordy.expectOk()
                .expect("$-1")
                .expect("-ERR a line may have at most " + ServerRig.MAX_LINE
                        + " bytes (leek.server.max-line); this one is longer");
        wordy.expectClosed();
        client.sends("LEEK GET {\"jid\":\"task-0002\"}").expect("$-1");
    }

    @Test
    void endComesAfterTheAnswersToWhatWasAsked() {
        TestClient leaving = server.client();

        leaving.writes(push("task-0001") + "\r\nFETCH other\r\nEND\r\n" + push("task-0002") + "\r\n");

        leaving.expectOk().expect("$-1");
        leaving.expectClosed();
        client.sends("LEEK GET {\"jid\":\"task-0002\"}").expect("$-1");
    }

    @Test
    void aWorkerThatLeavesWhileItWaitsTakesNoTaskWithIt() {
        for (int i = 0; i < 20; i++) {
            TestClient leaving = server.worker("w-" + i);
            leaving.sends("FETCH default");
            leaving.close();
        }
        // Whether the server has seen them leave or not: at most what it could still write is on its way to them.
        client.sends("INFO").expectStart("{");
        client.sends(push("task-0001")).expectOk();

        assertThat(client.sends("FETCH default").expectTask("task-0001")).isNotNull();
    }

    @Test
    void aResultOfAnyShapeIsKept() {
        client.sends(push("task-0001")).expectOk();
        client.sends("FETCH").expectTask("task-0001");
        client.sends("ACK {\"jid\":\"task-0001\",\"result\":{\"a\":1}}").expectStart("-ERR invalid JSON: ");

        client.sends("ACK {\"jid\":\"task-0001\",\"result\":\"not json\"}").expectOk();

        assertThat(client.asks("LEEK GET {\"jid\":\"task-0001\"}")
                        .path("result")
                        .asString())
                .isEqualTo("not json");
    }
}

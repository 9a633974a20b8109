package io.leek.server;

import static io.leek.server.ConversationContract.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.server.dispatch.QueueLimit;
import io.leek.server.listen.Access;
import io.leek.server.listen.BindException;
import io.leek.server.recovery.Retention;
import io.leek.server.store.OpenStore;
import io.leek.server.store.Postgres;
import io.leek.server.store.StoreSettings;
import io.leek.task.TaskJson;
import io.leek.wire.PasswordHash;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The whole server as it is started for use. */
@Timeout(120)
class LeekServerTest {

    static final ServerSettings.Rules RULES =
            new ServerSettings.Rules(3, Duration.ofHours(1), Retention.Settings.FOREVER, QueueLimit.NONE, Map.of());

    private static final int TASKS = 600;

    @TempDir
    Path dir;

    @Test
    void aClientWithTheRightPasswordComesIn() {
        try (LeekServer server = start(new Access("p\u00e4ss", false))) {
            for (String password : new String[] {"p\u00e4ss", "wrong"}) {
                try (TestClient client = TestClient.connect(address(server))) {
                    JsonNode hi = hi(client);
                    assertThat(hi.path("i").asInt()).isGreaterThan(1);
                    client.sends("HELLO {\"v\":2,\"pwdhash\":\""
                            + PasswordHash.of(
                                    password,
                                    hi.path("s").asString(),
                                    hi.path("i").asInt()) + "\"}");
                    if (password.equals("wrong")) {
                        client.expect("-ERR Invalid password").expectClosed();
                    } else {
                        client.expectOk().sends("INFO").expectStart("{");
                    }
                }
            }
        }
    }

    @Test
    void aWrongPasswordIsTheLastThingAClientSays() {
        try (LeekServer server = start(new Access("secret", false));
                TestClient client = TestClient.connect(address(server))) {
            JsonNode hi = hi(client);
            String right = PasswordHash.of(
                    "secret", hi.path("s").asString(), hi.path("i").asInt());

            client.writes("HELLO {\"v\":2}\r\nHELLO {\"v\":2,\"pwdhash\":\"" + right + "\"}\r\nINFO\r\n");

            client.expect("-ERR Invalid password").expectClosed();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneRoundOfHashingIsEnoughOnlyWhereAllowed(boolean allowed) {
        try (LeekServer server = start(new Access("secret", allowed));
                TestClient client = TestClient.connect(address(server))) {
            String salt = hi(client).path("s").asString();

            client.sends("HELLO {\"pwdhash\":\"" + PasswordHash.of("secret", salt, 1) + "\"}");

            if (allowed) {
                client.expectOk();
            } else {
                client.expect("-ERR Invalid password").expectClosed();
            }
        }
    }

    @Test
    void aTakenPortIsSaidToBeTaken() {
        try (LeekServer server = start(new Access(null, false))) {
            BindAddress taken = new BindAddress("127.0.0.1", address(server).getPort());
            ServerSettings second =
                    settings(new StoreSettings.Location.File(dir.resolve("second")), new Access(null, false), taken);

            assertThatThrownBy(() -> LeekServer.start(second))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.port());
        }
    }

    @Test
    void anOpenAddressNeedsAPassword() {
        assertThatThrownBy(() -> settings(
                        new StoreSettings.Location.File(dir), new Access(null, false), new BindAddress("0.0.0.0", 0)))
                .isInstanceOf(OpenBindException.class);
    }

    @Test
    void whatIsUnfinishedRunsAfterARestart() {
        try (LeekServer server = start(new Access(null, false));
                TestClient client = TestClient.greeted(address(server))) {
            for (int i = 0; i < 5; i++) {
                client.sends(push("task-000" + i)).expectOk();
            }
            String wid = server.workerId("app");
            try (TestClient worker = TestClient.greeted(address(server), "{\"v\":2,\"wid\":\"" + wid + "\"}")) {
                worker.sends(ServerRig.join(wid, "", "a.b")).expect("{\"lost\":[]}");
                worker.sends("FETCH default").expectTask("task-0000");
                worker.sends("ACK {\"jid\":\"task-0000\"}").expectOk();
                worker.sends("FETCH default").expectTask("task-0001");
                assertThat(server.hasJoined(wid)).isTrue();
            }
        }
        try (LeekServer server = start(new Access(null, false));
                TestClient client = TestClient.greeted(address(server))) {
            for (int i = 1; i < 5; i++) {
                client.sends("FETCH default").expectTask("task-000" + i);
            }
            client.sends("FETCH default").expect("$-1");
        }
    }

    @Test
    void aWorkerThatSaidItStopsAndLeftHasJoinedAllTheSame() {
        try (LeekServer server = start(new Access(null, false))) {
            String wid = server.workerId("app-1");
            assertThat(server.hasJoined(wid)).isFalse();
            try (TestClient worker = TestClient.greeted(address(server), "{\"v\":2,\"wid\":\"" + wid + "\"}")) {
                worker.sends(ServerRig.join(wid, "", "a.b")).expect("{\"lost\":[]}");
            }
            server.workerGone(wid);

            assertThat(server.hasJoined(wid)).isTrue();
        }
    }

    @Test
    void closingOnAnInterruptedThreadLeavesTheStoreWhole() {
        LeekServer server = start(new Access(null, false));
        try (TestClient client = TestClient.greeted(address(server))) {
            client.sends(push("task-0001")).expectOk();
        }
        Thread.currentThread().interrupt();
        server.close();
        assertThat(Thread.interrupted()).isTrue();

        try (OpenStore store = OpenStore.open(new StoreSettings.Location.File(dir), Clock.systemUTC())) {
            assertThat(store.store().find("task-0001")).isPresent();
            assertThat(store.store().beats()).as("the server took its leave").isEmpty();
        }
    }

    @Test
    void onH2NoTaskIsLostOrRunTwice() throws Exception {
        noTaskIsLostOrRunTwice(new StoreSettings.Location.File(dir));
    }

    @Test
    void onPostgresNoTaskIsLostOrRunTwice() throws Exception {
        noTaskIsLostOrRunTwice(Postgres.newDatabase());
    }

    private void noTaskIsLostOrRunTwice(StoreSettings.Location location) throws Exception {
        Queue<String> ran = new ConcurrentLinkedQueue<>();
        ExecutorService clients = Executors.newCachedThreadPool();
        try (LeekServer server =
                LeekServer.start(settings(location, new Access(null, false), new BindAddress("127.0.0.1", 0)))) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int producer = 0; producer < 3; producer++) {
                String prefix = "task-" + producer + "-";
                all.add(CompletableFuture.runAsync(() -> produce(address(server), prefix), clients));
            }
            for (int worker = 0; worker < 4; worker++) {
                String wid = "w-" + worker;
                all.add(CompletableFuture.runAsync(() -> work(address(server), wid, ran), clients));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
            try (TestClient client = TestClient.greeted(address(server))) {
                client.sends("LEEK COUNT {\"state\":\"success\"}").expect("{\"count\":" + TASKS + ",\"exact\":true}");
                client.sends("LEEK COUNT {\"state\":\"queued\"}").expect("{\"count\":0,\"exact\":true}");
            }
        } finally {
            clients.shutdownNow();
        }
        Set<String> once = new HashSet<>(ran);
        assertThat(ran).hasSize(TASKS).hasSameSizeAs(once);
    }

    /** One by one, in bulks, pipelined, some of them sent twice. */
    private static void produce(InetSocketAddress server, String prefix) {
        try (TestClient client = TestClient.greeted(server)) {
            int sent = 0;
            while (sent < TASKS / 3) {
                int size = Math.min(1 + ThreadLocalRandom.current().nextInt(20), TASKS / 3 - sent);
                List<String> jids = Stream.iterate(sent, i -> i + 1)
                        .limit(size)
                        .map(i -> prefix + i)
                        .toList();
                if (size % 2 == 0) {
                    String bulk = "PUSHB ["
                            + String.join(
                                    ",",
                                    jids.stream()
                                            .map(jid -> push(jid).substring(5))
                                            .toList()) + "]";
                    client.sends(bulk).expect("{}");
                } else {
                    client.writes(String.join(
                            "", jids.stream().map(jid -> push(jid) + "\r\n").toList()));
                    client.writes(push(jids.get(0)) + "\r\n");
                    for (int i = 0; i <= size; i++) {
                        client.expectOk();
                    }
                }
                sent += size;
            }
        }
    }

    /** Runs until nothing comes for two seconds; now and then gives a task back or leaves and comes again. */
    private static void work(InetSocketAddress server, String wid, Queue<String> ran) {
        String hello = "{\"v\":2,\"wid\":\"" + wid + "\"}";
        TestClient worker = TestClient.greeted(server, hello);
        try {
            String reply = worker.sends("FETCH default").reply();
            while (!reply.equals("$-1")) {
                JsonNode task = TaskJson.MAPPER.readTree(reply);
                String held = "{\"jid\":\"" + task.path("jid").asString() + "\",\"lease\":\""
                        + ConversationContract.lease(task) + "\"}";
                int dice = ThreadLocalRandom.current().nextInt(20);
                if (dice == 0) {
                    worker.sends("LEEK RELEASE " + held).expectOk();
                } else {
                    ran.add(task.path("jid").asString());
                    worker.sends("ACK " + held).expectOk();
                }
                if (dice == 1) {
                    worker.close();
                    worker = TestClient.greeted(server, hello);
                }
                reply = worker.sends("FETCH default").reply();
            }
        } finally {
            worker.close();
        }
    }

    private LeekServer start(Access access) {
        return LeekServer.start(
                settings(new StoreSettings.Location.File(dir), access, new BindAddress("127.0.0.1", 0)));
    }

    private static ServerSettings settings(StoreSettings.Location location, Access access, BindAddress bind) {
        return new ServerSettings(new StoreSettings(location, "leek", true), List.of(bind), access, RULES, 1 << 20);
    }

    private static InetSocketAddress address(LeekServer server) {
        return server.addresses().get(0);
    }

    private static JsonNode hi(TestClient client) {
        String hi = client.reply();
        assertThat(hi).startsWith("+HI {").doesNotContain(", ").doesNotContain(": ");
        return TaskJson.MAPPER.readTree(hi.substring("+HI ".length()));
    }
}

package io.leek.server;

import static io.leek.server.ConversationContract.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.client.ClientSettings;
import io.leek.client.Connector;
import io.leek.client.LeekClient;
import io.leek.client.ServerAddress;
import io.leek.server.store.StoreSettings;
import io.leek.task.Task;
import io.leek.task.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Leek's own client and a server on a real socket. */
@Timeout(60)
class WaitingClientsTest {

    private static final int TASKS = 1_000;

    @TempDir
    Path dir;

    private ServerRig server;
    private TestClient worker;
    private Connector connector;
    private LeekClient client;

    @BeforeEach
    void start() {
        server = ServerRig.start(new StoreSettings.Location.File(dir));
        worker = server.worker("w-1");
        ServerAddress address = new ServerAddress("127.0.0.1", server.address().getPort(), null);
        connector = new Connector(new ClientSettings(() -> address, Duration.ofSeconds(20), List.of()));
        client = new LeekClient(connector);
    }

    @AfterEach
    void stop() {
        client.close();
        connector.close();
        server.close();
    }

    @Test
    void manyTasksAreWaitedForAtATimeOnOneConnectionAndNoneWaitsForAnother() {
        Map<String, CompletableFuture<Task>> waits = new LinkedHashMap<>();
        List<String> jids = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            jids.add("task-" + (10_000 + i));
        }
        worker.sends("PUSHB [" + jids.stream().map(jid -> record(jid, "")).collect(Collectors.joining(",")) + "]")
                .expect("{}");
        worker.asks("LEEK FETCH {\"queues\":[\"default\"],\"max\":" + TASKS + ",\"wait_ms\":1000}");
        jids.parallelStream().forEach(jid -> {
            CompletableFuture<Task> wait = client.whenFinished(jid);
            synchronized (waits) {
                waits.put(jid, wait);
            }
        });
        Collections.shuffle(jids, new Random(7));

        for (String jid : jids.subList(0, 10)) {
            worker.sends("ACK {\"jid\":\"" + jid + "\",\"result\":\"\\\"" + jid + "\\\"\"}")
                    .expectOk();
            assertThat(waits.get(jid))
                    .succeedsWithin(Duration.ofSeconds(20))
                    .satisfies(task -> assertThat(task.result()).isEqualTo("\"" + jid + "\""));
        }
        assertThat(waits.values().stream().filter(CompletableFuture::isDone)).hasSize(10);
        assertThat(connections()).as("the worker's, and two of the client").isEqualTo(3);

        List<String> rest = jids.subList(10, TASKS);
        rest.forEach(jid -> worker.sends("ACK {\"jid\":\"" + jid + "\"}"));
        rest.forEach(jid -> worker.expectOk());
        assertThat(CompletableFuture.allOf(waits.values().toArray(CompletableFuture[]::new)))
                .succeedsWithin(Duration.ofSeconds(30));
        assertThat(waits.values())
                .allSatisfy(wait -> assertThat(wait.join().state()).isEqualTo(TaskState.SUCCESS));
        becomes(0);
    }

    @Test
    void aWaitThatIsGivenUpLeavesTheServerAndTheOthersStay() {
        List<CompletableFuture<Task>> waits = IntStream.range(0, 5)
                .mapToObj(i -> client.whenFinished("task-000" + i))
                .toList();
        becomes(5);

        waits.get(3).cancel(false);
        becomes(4);
        waits.get(1).orTimeout(1, TimeUnit.MILLISECONDS);
        becomes(3);
        client.close();
        becomes(0);
    }

    private int connections() {
        return worker.asks("INFO").path("server").path("connections").asInt();
    }

    /** Until the server has taken notice. */
    private void becomes(int waits) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (server.waits().size() != waits && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(server.waits().size()).isEqualTo(waits);
    }
}

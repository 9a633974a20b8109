package io.leek.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.Companion;
import io.leek.server.TestClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A companion and its worker as processes, which get real signals. */
@Timeout(120)
class SupervisedProcessTest {

    private static final String JOINED = "Worker (\\S+) joined";
    private static final String QUICK = "--leek.app.jvm-args=-XX:TieredStopAtLevel=1,-XX:+UseSerialGC";
    private static final int BY_SIGINT = 130;
    private static final int BY_SIGTERM = 143;

    @TempDir
    Path dir;

    private int port;
    private String jar;

    @BeforeEach
    void prepare() throws IOException {
        port = Companion.freePort();
        jar = ChildWorker.jar(dir).toString();
    }

    private Companion start(String... more) throws IOException {
        String[] args = new String[more.length + 1];
        args[0] = "--leek.bind=localhost:" + port;
        System.arraycopy(more, 0, args, 1, more.length);
        return Companion.start(dir, args);
    }

    @Test
    void argumentsReachTheApplicationAndItsOutputIsInTheLog() throws Exception {
        try (Companion companion =
                start(jar, "--leek.app.args=--one,--two=2", "--leek.app.jvm-args=-Dchild.property=given")) {
            assertThat(companion.awaitLine("\\[app] (arguments .*)"))
                    .isEqualTo("arguments [--leek.role=worker, --one, --two=2], property given");
        }
    }

    @Test
    void aWorkerThatIsKilledIsStartedAgainAndNoZombieIsLeft() throws Exception {
        try (Companion companion = start(jar, QUICK)) {
            String first = companion.awaitLine(JOINED);
            ProcessHandle worker = companion.started().get(0);
            worker.destroyForcibly();

            companion.awaitLine("ended with exit code 137; it is started again in 500 ms");
            assertThat(companion.awaitLine(JOINED)).isNotEqualTo(first);
            assertThat(companion.started()).singleElement().isNotEqualTo(worker);
            assertThat(Companion.state(worker.pid())).isEqualTo(' ');
        }
    }

    @Test
    void aTaskThatTakesItsProcessDownCountsACrashAndBurnsNoRetry() throws Exception {
        try (Companion companion = start(jar, QUICK)) {
            companion.awaitLine(JOINED);
            try (TestClient client = companion.client(port)) {
                push(client, ChildWorker.CRASHING, 0);
                companion.awaitLine("crash 1 of 3; it runs again");
                companion.awaitLine(JOINED);
                push(client, "task-0002", ChildWorker.CRASHING, 0);

                companion.awaitLine("task-0002.* crash 1 of 3");
                JsonNode task = task(client);
                assertThat(task.path("state").asString()).isEqualTo("success");
                assertThat(task.path("crashes").asInt()).isEqualTo(1);
                assertThat(task.path("attempts").asInt()).isEqualTo(2);
            }
        }
    }

    @Test
    void threeEarlyDeathsStopTheCompanionWithTheLastLines() throws Exception {
        try (Companion companion = start(jar, QUICK, "--leek.app.args=fail")) {
            companion.awaitLine("ERROR.* child.jar ended 3 times before it had joined .* exit code 9");
            companion.awaitLine("^no way to go on");
            assertThat(companion.exitCode()).isEqualTo(3);
        }
    }

    @Test
    void afterAKillOfTheCompanionNoProcessIsLeftAndTheNextStartsAtOnce() throws Exception {
        ProcessHandle worker;
        try (Companion companion = start(jar, QUICK)) {
            companion.awaitLine(JOINED);
            worker = companion.started().get(0);
            companion.kill();
        }
        try (Companion companion = start()) {
            companion.awaitLine("Leek listens at .*" + port);
            worker.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void afterAKillOfTheCompanionTheProgramOfACommandEndsToo() throws Exception {
        ProcessHandle program;
        try (Companion companion = start("--leek.app.command=sh,-c,echo pid $$; exec sleep 600")) {
            program = ProcessHandle.of(Long.parseLong(companion.awaitLine("\\[app] pid (\\d+)")))
                    .orElseThrow();
            companion.kill();
        }
        program.onExit().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aSigtermLetsTheRunningTaskEndAndFreesThePort() throws Exception {
        try (ServerSocket gate = gate();
                Companion companion = start(jar, QUICK)) {
            companion.awaitLine(JOINED);
            try (TestClient client = companion.client(port)) {
                push(client, ChildWorker.WAITING, gate.getLocalPort());
            }
            ProcessHandle worker = companion.started().get(0);
            try (Socket running = gate.accept()) {
                companion.terminate();
                companion.awaitLine("\\[app] drains");
                assertThat(running.isConnected()).isTrue();
            }
            assertThat(companion.exitCode()).isEqualTo(BY_SIGTERM);
            assertThat(companion.wholeOutput()).contains("[app] drained").doesNotContain("runs again", "WARN");
            assertThat(worker.isAlive()).isFalse();
        }
        assertDone();
    }

    @Test
    void aSecondSigtermEndsBothAtOnce() throws Exception {
        try (ServerSocket gate = gate();
                Companion companion = start(jar, QUICK)) {
            companion.awaitLine(JOINED);
            try (TestClient client = companion.client(port)) {
                push(client, ChildWorker.WAITING, gate.getLocalPort());
            }
            ProcessHandle worker = companion.started().get(0);
            try (Socket running = gate.accept()) {
                companion.terminate();
                companion.awaitLine("\\[app] drains");
                companion.terminate();

                assertThat(companion.exitCode()).isEqualTo(BY_SIGTERM);
                worker.onExit().get(30, TimeUnit.SECONDS);
                assertThat(running.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void aCtrlCThatReachesBothDrainsAndCountsNoCrash() throws Exception {
        try (ServerSocket gate = gate();
                Companion companion = start(jar, QUICK)) {
            companion.awaitLine(JOINED);
            try (TestClient client = companion.client(port)) {
                push(client, ChildWorker.WAITING, gate.getLocalPort());
            }
            try (Socket running = gate.accept()) {
                interrupt(companion.started().get(0).pid(), companion.pid());
                companion.awaitLine("\\[app] drains");
                assertThat(running.isConnected()).isTrue();
            }
            assertThat(companion.exitCode()).isEqualTo(BY_SIGINT);
        }
        assertDone();
    }

    private void assertDone() throws Exception {
        try (Companion again = start()) {
            again.awaitLine("Leek listens at .*" + port);
            try (TestClient client = again.client(port)) {
                JsonNode task = task(client);
                assertThat(task.path("state").asString()).isEqualTo("success");
                assertThat(task.path("crashes").asInt()).isZero();
            }
        }
    }

    private static void interrupt(long... pids) throws Exception {
        for (long pid : pids) {
            assertThat(new ProcessBuilder("kill", "-INT", Long.toString(pid))
                            .start()
                            .waitFor())
                    .isZero();
        }
    }

    private static ServerSocket gate() throws IOException {
        ServerSocket gate = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        gate.setSoTimeout((int) Duration.ofMinutes(1).toMillis());
        return gate;
    }

    private static void push(TestClient client, String name, int argument) {
        push(client, "task-0001", name, argument);
    }

    private static void push(TestClient client, String jid, String name, int argument) {
        client.sends("PUSH {\"jid\":\"" + jid + "\",\"jobtype\":\"" + name + "\",\"retry\":0,\"args\":[" + argument
                        + "]}")
                .expectOk();
    }

    private static JsonNode task(TestClient client) {
        return client.asks("LEEK GET {\"jid\":\"task-0001\"}");
    }
}

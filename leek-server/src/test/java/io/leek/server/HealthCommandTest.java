package io.leek.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.server.listen.Access;
import io.leek.server.store.StoreSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(400)
class HealthCommandTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path dir;

    @Test
    void asksTheCompanionThatTheSameFilesEnvironmentAndArgumentsDescribe() throws Exception {
        try (LeekServer server = server("correct")) {
            int port = server.addresses().get(0).getPort();
            Files.writeString(
                    dir.resolve("application.properties"), "leek.bind=localhost:" + port + "\nleek.password=correct\n");
            assertThat(health(Map.of()))
                    .isEqualTo(new Ended(0, "The Leek server at 127.0.0.1:" + port + " is healthy\n", ""));

            Ended refused = health(Map.of("LEEK_PASSWORD", "wrong"));
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.errors()).hasLineCount(1).contains("127.0.0.1:" + port, "Invalid password");

            Files.createDirectory(dir.resolve("secrets"));
            Files.writeString(dir.resolve("secrets/leek.password"), "correct");
            Map<String, String> wildcard = Map.of(
                    "LEEK_BIND",
                    ":" + port,
                    "LEEK_PASSWORD",
                    "wrong",
                    "SPRING_APPLICATION_JSON",
                    "{\"spring.config.import\":\"configtree:" + dir.resolve("secrets") + "/\"}");
            assertThat(health(wildcard, "--leek.password=correct").exitCode()).isZero();
            assertThat(health(Map.of("SPRING_CONFIG_IMPORT", "configtree:" + dir.resolve("secrets") + "/"))
                            .exitCode())
                    .isZero();
        }
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Ended ended = health(Map.of("LEEK_BIND", "localhost:" + port));
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors())
                .hasLineCount(1)
                .contains("127.0.0.1:" + port + " is not healthy: Connection refused");
    }

    @Test
    void saysThatAFreePortCanNotBeKnown() throws Exception {
        Ended ended = health(Map.of(), "--leek.bind=localhost:0");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors()).hasLineCount(1).contains("leek.bind=localhost:0", "set a port");
    }

    @Test
    void saysWhichSettingCanNotBeRead() throws Exception {
        Ended ended = health(Map.of("LEEK_BIND", "localhost:tcp"));
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors()).hasLineCount(1).contains("leek.bind", "localhost:tcp", "must be host:port");
    }

    @Test
    void aServerThatCanNotCommitIsNotHealthy() throws Exception {
        assertThatThrownBy(() -> check("+HI {\"v\":2}\r\n+OK\r\n-UNAVAILABLE the store is not there\r\n", LONG))
                .hasMessage("it can't use its store: UNAVAILABLE the store is not there");
    }

    @Test
    void aServerThatAsksForAPasswordTellsSo() {
        assertThatThrownBy(() -> check("+HI {\"v\":2,\"i\":4000,\"s\":\"abcd\"}\r\n", LONG))
                .hasMessageContaining("leek.password");
    }

    @Test
    void whatDoesNotSayHiIsNoLeekServer() {
        assertThatThrownBy(() -> check("HTTP/1.1 400 Bad Request\r\n", LONG)).hasMessageContaining("no Leek server");
        assertThatThrownBy(() -> check("+HI ".repeat(5_000), LONG)).hasMessageContaining("a line without an end");
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForLong() {
        assertThatThrownBy(() -> check("", Duration.ofMillis(100))).hasMessage("it did not answer within 100 ms");
    }

    private LeekServer server(String password) {
        StoreSettings store = new StoreSettings(new StoreSettings.Location.File(dir.resolve("data")), "leek", true);
        return LeekServer.start(new ServerSettings(
                store,
                List.of(new BindAddress("localhost", 0)),
                new Access(password, false),
                LeekServerTest.RULES,
                1 << 20));
    }

    /** Checks a peer that sends this, whatever it is asked, and then waits. */
    private static void check(String replies, Duration timeout) throws Exception {
        try (ServerSocket peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture.runAsync(() -> say(peer, replies));
            new HealthCheck((InetSocketAddress) peer.getLocalSocketAddress(), null, timeout).run();
        }
    }

    private static void say(ServerSocket peer, String replies) {
        try (Socket accepted = peer.accept()) {
            OutputStream out = accepted.getOutputStream();
            out.write(replies.getBytes(StandardCharsets.UTF_8));
            accepted.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The other side has read enough.
        }
    }

    /** On a busy machine an answer may take longer than the command waits. */
    private Ended health(Map<String, String> environment, String... args) throws Exception {
        Ended ended = healthOnce(environment, args);
        while (ended.errors().contains("did not answer within")) {
            ended = healthOnce(environment, args);
        }
        return ended;
    }

    private Ended healthOnce(Map<String, String> environment, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                LeekServerApplication.class.getName(),
                "health"));
        command.addAll(List.of(args));
        Path out = dir.resolve("out");
        Path errors = dir.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("LEEK_"));
        builder.environment().putAll(environment);
        int exitCode = builder.start().waitFor();
        return new Ended(exitCode, Files.readString(out), Files.readString(errors));
    }

    private record Ended(int exitCode, String out, String errors) {}
}

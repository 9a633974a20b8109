package io.leek.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.leek.server.BindAddress;
import io.leek.server.LeekServer;
import io.leek.server.ServerSettings;
import io.leek.server.app.AppSupervisor.Times;
import io.leek.server.dispatch.QueueLimit;
import io.leek.server.listen.Access;
import io.leek.server.recovery.Retention;
import io.leek.server.store.StoreSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(120)
class AppSupervisorTest {

    private static final String PASSWORD = "a b+c@d/e";
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Times QUICK =
            new Times(Duration.ofMillis(10), Duration.ofMillis(30), Duration.ofSeconds(30), NEVER, NEVER);

    @TempDir
    Path dir;

    private final Lines lines = new Lines();
    private LeekServer server;
    private @Nullable AppSupervisor supervisor;

    @BeforeEach
    void start() {
        StoreSettings store = new StoreSettings(new StoreSettings.Location.File(dir), "leek", true);
        server = LeekServer.start(new ServerSettings(
                store,
                List.of(new BindAddress("127.0.0.1", 0)),
                new Access(PASSWORD, false),
                new ServerSettings.Rules(3, Duration.ofHours(1), Retention.Settings.FOREVER, QueueLimit.NONE, Map.of()),
                1 << 20));
        lines.attach("app", AppSupervisor.class.getName());
    }

    @AfterEach
    void stop() {
        if (supervisor != null) {
            supervisor.close();
        }
        server.close();
        lines.detach();
    }

    private AppSupervisor supervise(App app, Times times) {
        supervisor = new AppSupervisor(server, app, PASSWORD, times);
        supervisor.start();
        return supervisor;
    }

    private static AppCommand shell(String script) {
        return AppCommand.find(List.of("sh", "-c", script));
    }

    @Test
    void aRestartThatTheSystemRefusesIsTriedAgain() throws Exception {
        SecondImpossible arguments = new SecondImpossible();
        Path jar = Files.writeString(dir.resolve("app.jar"), "no jar, so each life is short");

        supervise(new AppJar(jar, arguments, List.of()), QUICK);

        assertFails("ended 3 times before it had joined as a worker");
        assertThat(arguments.asked).hasValue(4);
    }

    @Test
    void aCommandThatEndsEarlyThreeTimesIsGivenUpWithItsLastLines() {
        supervise(shell("echo no way; exit 9"), QUICK);

        assertFails("sh ended 3 times within 3600 s, the last time with exit code 9. Its last lines:\nno way");
        assertThat(lines.all("it is started again in (\\d+) ms")).containsExactly("20", "30");
    }

    @Test
    void aCommandThatWorkedForAWhileIsStartedAgainAndAgain() throws Exception {
        Times times = new Times(QUICK.firstBackoff(), QUICK.lastBackoff(), QUICK.stop(), Duration.ZERO, NEVER);

        AppSupervisor endless = supervise(shell("exit 0"), times);

        for (int life = 1; life <= 5; life++) {
            lines.await("ended with exit code 0; it is started again in (10) ms");
        }
        assertThat(endless.failed()).isNotDone();
    }

    @Test
    void aCommandFindsTheServerInItsEnvironment() throws Exception {
        int port = server.addresses().get(0).getPort();

        supervise(shell("echo $FAKTORY_URL $LEEK_HOST $LEEK_PORT $LEEK_PASSWORD $LEEK_SUPERVISED $LEEK_ROLE"), QUICK);

        assertThat(lines.await("\\[app] (tcp.*)"))
                .isEqualTo("tcp://:a%20b%2Bc%40d%2Fe@127.0.0.1:" + port + " 127.0.0.1 " + port + " " + PASSWORD
                        + " true worker");
    }

    @Test
    void aCommandIsAskedToEndBySigterm() throws Exception {
        supervise(
                shell("trap 'echo asked; exit 0' TERM; echo up; while read -r _ <&0; do :; done; echo no more input"),
                QUICK);
        lines.await("\\[app] up");

        close();

        assertThat(lines.await("\\[app] (asked|no more input)")).isEqualTo("asked");
    }

    @Test
    void whatDoesNotEndInTimeIsKilledWithAllThatItHasStarted() throws Exception {
        Times times = new Times(QUICK.firstBackoff(), QUICK.lastBackoff(), Duration.ofMillis(50), NEVER, NEVER);
        supervise(shell("trap '' TERM; sleep 600 & echo started $!; wait"), times);
        long grandchild = Long.parseLong(lines.await("\\[app] started (\\d+)"));
        ProcessHandle handle = ProcessHandle.of(grandchild).orElseThrow();

        close();

        assertThat(lines.await("(did not end within .* is killed)")).isNotEmpty();
        handle.onExit().get(30, TimeUnit.SECONDS);
    }

    @Test
    void anApplicationThatDoesNotJoinIsSaidOnce() throws Exception {
        Times times = new Times(QUICK.firstBackoff(), QUICK.lastBackoff(), QUICK.stop(), NEVER, Duration.ofMillis(50));

        supervise(new AppJar(ChildWorker.jar(dir), List.of(), List.of("silent")), times);

        assertThat(lines.await("(child.jar in process \\d+ .* has not joined as a worker)"))
                .isNotEmpty();
    }

    private void close() {
        assertThat(supervisor).isNotNull();
        supervisor.close();
    }

    private void assertFails(String message) {
        assertThat(supervisor).isNotNull();
        assertThat(supervisor.failed())
                .failsWithin(60, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(AppFailedException.class)
                .withMessageContaining(message);
    }

    /** The lines of some loggers; one test class at a time looks at them. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {

        private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();
        private final List<String> read = new ArrayList<>();
        private final List<Logger> loggers = new ArrayList<>();

        void attach(String... names) {
            start();
            for (String name : names) {
                Logger logger = (Logger) LoggerFactory.getLogger(name);
                logger.setLevel(Level.INFO);
                logger.addAppender(this);
                loggers.add(logger);
            }
        }

        void detach() {
            loggers.forEach(logger -> {
                logger.detachAppender(this);
                logger.setLevel(null);
            });
        }

        String await(String regex) throws InterruptedException {
            Pattern pattern = Pattern.compile(regex);
            for (String line = next(); line != null; line = next()) {
                Matcher matcher = pattern.matcher(line);
                if (matcher.find()) {
                    return matcher.group(matcher.groupCount());
                }
            }
            throw new AssertionError("no line " + regex + " in " + read);
        }

        List<String> all(String regex) {
            unread.drainTo(read);
            Pattern pattern = Pattern.compile(regex);
            return read.stream()
                    .map(pattern::matcher)
                    .filter(Matcher::find)
                    .map(matcher -> matcher.group(1))
                    .toList();
        }

        private @Nullable String next() throws InterruptedException {
            String line = unread.poll(30, TimeUnit.SECONDS);
            if (line != null) {
                read.add(line);
            }
            return line;
        }

        @Override
        protected void append(ILoggingEvent event) {
            unread.add(event.getFormattedMessage());
        }
    }

    /** One argument, which no process can have the second time. */
    private static final class SecondImpossible extends AbstractList<String> {

        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public Object[] toArray() {
            return new Object[] {asked.incrementAndGet() == 2 ? "\0" : "-Xshare:auto"};
        }

        @Override
        public String get(int index) {
            return "-Xshare:auto";
        }

        @Override
        public int size() {
            return 1;
        }
    }
}

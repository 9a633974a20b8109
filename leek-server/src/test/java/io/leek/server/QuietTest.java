package io.leek.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.leek.server.store.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** What a server says while nothing happens, and while something stays wrong. */
@Isolated("it listens to the log")
@Timeout(120)
class QuietTest {

    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @TempDir
    Path dir;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.INFO)
                    && event.getLoggerName().startsWith("io.leek")) {
                lines.add(event.getFormattedMessage());
            }
        }
    };

    private ServerRig server;

    @BeforeEach
    void start() {
        server = ServerRig.start(new StoreSettings.Location.File(dir));
        appender.start();
        ROOT.addAppender(appender);
    }

    @AfterEach
    void stop() {
        ROOT.detachAppender(appender);
        server.close();
    }

    @Test
    void anIdleServerWithAWorkerSaysNothing() {
        TestClient worker = server.leekWorker("leek-w1", "a.b");
        lines.clear();

        for (int minute = 0; minute < 30; minute++) {
            server.pass(Duration.ofSeconds(30));
            worker.sends(ServerRig.join("leek-w1", "", "a.b")).expect("{\"lost\":[]}");
        }

        assertThat(lines).isEmpty();
    }

    @Test
    void tasksThatNobodyTakesAreReportedAboutTenSecondsAfterThePush() {
        TestClient client = server.client();
        server.pass(Duration.ofSeconds(11));
        client.sends(ConversationContract.push("task-0001")).expectOk();

        server.pass(Duration.ofSeconds(9));
        client.sends("LEEK UNSERVED").expect("[]");
        assertThat(lines).isEmpty();

        server.pass(Duration.ofSeconds(3));
        client.sends("LEEK UNSERVED").expectStart("[{\"queue\":\"default\",\"name\":\"a.b\",\"count\":1,\"since\":\"");
        assertThat(lines).singleElement().asString().contains("1 tasks named a.b wait in queue default");

        server.pass(Duration.ofMinutes(5));
        assertThat(lines).hasSize(1);
    }

    @Test
    void whatAWorkerServesIsNoLongerReported() {
        TestClient client = server.client();
        client.sends(ConversationContract.push("task-0001")).expectOk();
        server.pass(Duration.ofSeconds(25));
        client.sends("LEEK UNSERVED").expectStart("[{");

        server.leekWorker("leek-w1", "a.b");
        server.pass(Duration.ofSeconds(5));

        client.sends("LEEK UNSERVED").expect("[]");
    }

    @Test
    void aBacklogFromBeforeAStartIsNotReportedBeforeTheWorkersHadTimeToCome() {
        server.client().sends(ConversationContract.push("task-0001")).expectOk();
        server.close();
        lines.clear();

        server = ServerRig.start(new StoreSettings.Location.File(dir));
        server.clock().advance(Duration.ofHours(1));
        server.leekWorker("leek-w1", "a.b");
        server.pass(Duration.ofSeconds(15));

        assertThat(lines).noneMatch(line -> line.contains("wait in queue"));
    }
}

package io.leek.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsLineTest {

    private static final String METADATA = """
            {"properties": [
              {"name": "leek.worker.concurrency", "type": "java.lang.Integer", "defaultValue": 1},
              {"name": "leek.worker.shutdown-timeout", "type": "java.time.Duration", "defaultValue": "30s"},
              {"name": "leek.bind", "type": "java.util.List<java.lang.String>"},
              {"name": "leek.mode", "type": "java.lang.String"},
              {"name": "leek.password", "type": "java.lang.String"},
              {"name": "leek.queues", "type": "java.util.Map<java.lang.String,x.Queue>"},
              {"name": "leek.lanes", "type": "java.util.Map<java.lang.String,io.leek.log.SettingsLineTest$Lane>"},
              {"name": "leek.lanes", "type": "java.util.Map<java.lang.String,io.leek.log.SettingsLineTest$Wide>"},
              {"name": "leek.server.datasource.url", "type": "java.lang.String"},
              {"name": "leek.app.args", "type": "java.util.List<java.lang.String>"}
            ]}""";

    record Lane(String speedLimit) {}

    record Wide(int width, List<String> signs) {}

    @TempDir
    Path folder;

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger log = new LoggerContext().getLogger("io.leek");
    private final List<Setting> settings = new ArrayList<>();

    @BeforeEach
    void listen() {
        lines.start();
        log.addAppender(lines);
    }

    @Test
    void whatIsSetIsNamedAsItIsDocumentedWithItsOrigin() {
        set("leek.worker.shutdown.timeout", "5s", "environment LEEK_WORKER_SHUTDOWN_TIMEOUT");
        set("leek.bind[0]", "localhost:9000", "application.properties");
        set("leek.queues.mail.concurrency", "2", "application.properties");

        assertThat(line())
                .isEqualTo("[INFO] Leek's settings: leek.worker.shutdown-timeout=5s (environment"
                        + " LEEK_WORKER_SHUTDOWN_TIMEOUT), leek.bind[0]=localhost:9000 (application.properties),"
                        + " leek.queues.mail.concurrency=2 (application.properties)");
    }

    @Test
    void theFirstSourceWinsAndDefaultsAreLeftOut() {
        set("leek.worker.concurrency", "4", "command line");
        set("leek.worker.concurrency", "8", "application.properties");
        set("leek.worker.shutdown-timeout", "30s", "application.properties");

        assertThat(line()).isEqualTo("[INFO] Leek's settings: leek.worker.concurrency=4 (command line)");
    }

    @Test
    void withNothingSetNothingIsSaid() {
        assertThat(said()).isEmpty();
    }

    @Test
    void passwordsAreMaskedWhereverTheyStand() {
        set("leek.password", "hunter2", "f");
        set("leek.server.datasource.url", "jdbc:postgresql://me:hunter2@db/leek?password=hunter2&ssl=true", "f");
        set("leek.app.args[0]", "--spring.datasource.password=a&b;hunter2", "f");

        assertThat(line())
                .doesNotContain("hunter2")
                .contains("leek.password=******")
                .contains("jdbc:postgresql://me:******@db/leek?password=******&ssl=true")
                .contains("--spring.datasource.password=****** (f)");
    }

    @Test
    void aTypoIsPointedOutWithTheNearestName() {
        set("leek.worker.concurency", "4", "application.properties");
        set("leek.mdoe", "remote", "application.properties");
        set("leek.worker.colour", "red", "application.properties");

        assertThat(line())
                .startsWith("[WARN] Leek's settings: all at their defaults. No such property: ")
                .contains("leek.worker.concurency (application.properties), did you mean leek.worker.concurrency?")
                .contains("leek.mdoe (application.properties), did you mean leek.mode?")
                .contains("leek.worker.colour (application.properties)");
    }

    @Test
    void aTypoInTheSettingOfAnEntryIsPointedOutAndWhatAnotherProgramMayReadIsNot() {
        set("leek.lanes.mail.speed-limit", "10/s", "f");
        set("leek.lanes[a.b].speedlimit", "20/s", "f");
        set("leek.lanes.mail.speed", "30/s", "f");
        set("leek.lanes.mail.widht", "2", "f");
        set("leek.lanes.mail.signs[0]", "stop", "f");
        set("leek.lanes.mail.colour", "red", "f");

        assertThat(line())
                .isEqualTo("[WARN] Leek's settings: leek.lanes.mail.speed-limit=10/s (f),"
                        + " leek.lanes[a.b].speedlimit=20/s (f), leek.lanes.mail.signs[0]=stop (f),"
                        + " leek.lanes.mail.colour=red (f). No such property: leek.lanes.mail.speed (f),"
                        + " did you mean leek.lanes.<name>.speed-limit?, leek.lanes.mail.widht (f),"
                        + " did you mean leek.lanes.<name>.width?");
    }

    @Test
    void whatOthersPutIntoTheEnvironmentIsNoMistake() {
        settings.add(new Setting("leek.home", "/opt/leek", "environment LEEK_HOME", true));
        settings.add(new Setting("leek.worker.service.host", "10.0.0.1", "environment X", true));
        settings.add(new Setting("leek.somebody.elses", "1", "application.properties", false));

        assertThat(said()).isEmpty();
    }

    private void set(String name, String value, String origin) {
        settings.add(new Setting(name, value, origin, origin.startsWith("environment")));
    }

    private String line() {
        assertThat(said()).hasSize(1);
        return said().get(0);
    }

    private List<String> said() {
        lines.list.clear();
        new SettingsLine(settings, known()).say(log);
        return lines.list.stream()
                .map(event -> "[" + level(event.getLevel()) + "] " + event.getFormattedMessage())
                .toList();
    }

    private static String level(Level level) {
        return level.toString();
    }

    private KnownSettings known() {
        try {
            Path classes = Files.createDirectories(folder.resolve("leek-test/META-INF"));
            Files.writeString(classes.resolve("spring-configuration-metadata.json"), METADATA);
            URL[] path = {folder.resolve("leek-test").toUri().toURL()};
            try (URLClassLoader loader = new URLClassLoader(path, SettingsLineTest.class.getClassLoader())) {
                return KnownSettings.of(loader);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

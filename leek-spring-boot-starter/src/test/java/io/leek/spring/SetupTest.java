package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.client.TaskGateway;
import io.leek.server.LeekServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Mistakes in the set-up are found at start, and the log says what to do. */
@ExtendWith(OutputCaptureExtension.class)
class SetupTest {

    @TempDir
    Path folder;

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LeekAutoConfiguration.class));

    @Test
    void inAppWithoutTheServerOnTheClasspathSaysSo() {
        runner.withClassLoader(new FilteredClassLoader(LeekServer.class))
                .withPropertyValues("leek.mode=in-app")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(ServerMissingException.class)
                        .hasMessageContaining("leek-server is not on the classpath"));
    }

    @Test
    void withoutTheServerOnTheClasspathTheModeIsRemote() {
        runner.withClassLoader(new FilteredClassLoader(LeekServer.class)).run(context -> assertThat(context)
                .hasNotFailed()
                .hasSingleBean(TaskGateway.class)
                .doesNotHaveBean(WorkerLifecycle.class));
    }

    @Test
    void aPortThatKubernetesHasSetIsExplained(CapturedOutput output) {
        fails("leek.port=tcp://10.0.0.1:8002", "leek.mode=remote");

        assertThat(output).contains("LEEK_PORT that Kubernetes sets").contains("enableServiceLinks: false");
    }

    @Test
    void theApplicationsDatabaseIsAskedForAndThereIsNone(CapturedOutput output) {
        fails("leek.store=application");

        assertThat(output).contains("the application has no DataSource").contains("Set leek.store=file");
    }

    @Test
    void anAddressOpenToTheNetworkNeedsAPassword(CapturedOutput output) {
        fails("leek.store=file", "leek.server.data-dir=target/setup-test/open", "leek.bind=0.0.0.0:0");

        assertThat(output).contains("can be reached from other machines").contains("Set leek.password");
    }

    @Test
    void aRateThatIsNoneIsNamed(CapturedOutput output) {
        fails(file(), "leek.queues.mail.rate-limit=fast");

        assertThat(output)
                .contains("leek.queues.mail.rate-limit must be 1 to 1000000 tasks a second, minute or hour")
                .contains("but was 'fast'");
    }

    @Test
    void aPortThatIsTakenIsNamed(CapturedOutput output) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            fails(file(), "leek.bind=127.0.0.1:" + taken.getLocalPort());

            assertThat(output)
                    .contains("APPLICATION FAILED TO START")
                    .contains(String.valueOf(taken.getLocalPort()))
                    .contains("End the program that listens there, or set another address with leek.bind");
        }
    }

    @Test
    void aDataFolderThatAnotherProcessUsesIsNamed(CapturedOutput output) throws IOException {
        start(file());
        try (FileChannel locking = FileChannel.open(folder.resolve("leek.mv.db"), StandardOpenOption.WRITE);
                FileLock lock = locking.lock()) {
            fails(file());

            assertThat(lock.isValid()).isTrue();
            assertThat(output)
                    .contains("The data folder " + folder + " is in use by another process")
                    .contains("End the other process, or give this one a folder of its own");
        }
    }

    @Test
    void aStoreThatCantBeReadIsNamed(CapturedOutput output) throws IOException {
        Files.write(folder.resolve("leek.mv.db"), new byte[8192]);

        fails(file());

        assertThat(output)
                .contains("can't be read as a store of Leek's")
                .contains("Restore the database from a backup");
    }

    @Test
    void tablesOfANewerLeekAreRefused(CapturedOutput output) throws SQLException {
        start(file());
        sql("sa", "UPDATE leek.store SET version = 99");

        fails(file());

        assertThat(output).contains("have version 99").contains("Use the Leek version that made the tables");
    }

    @Test
    void aUserWhoMayNotCreateTheSchemaGetsTheStatement(CapturedOutput output) throws SQLException {
        sql("sa", "CREATE USER clerk PASSWORD 'x'");

        fails(
                "leek.server.datasource.url=" + url(),
                "leek.server.datasource.username=clerk",
                "leek.server.datasource.password=x");

        assertThat(output).contains("the database user lacks the right").contains("Run that as a user who may");
    }

    @Test
    void missingTablesThatMayNotBeMadeArePrinted(CapturedOutput output) {
        fails(file(), "leek.server.migrate=false");

        assertThat(output)
                .contains("CREATE SCHEMA IF NOT EXISTS")
                .contains("Run these statements, or set leek.server.migrate=true");
    }

    @Test
    void aDatabaseThatCantBeReachedIsNamedWithoutItsPassword(CapturedOutput output) {
        fails("leek.server.datasource.url=jdbc:h2:file:" + folder.resolve("no") + ";IFEXISTS=TRUE;PASSWORD=hunter2");

        assertThat(output).contains("Check leek.server.data-dir, or the URL").doesNotContain("hunter2");
    }

    private String file() {
        return "leek.server.data-dir=" + folder;
    }

    private String url() {
        return "jdbc:h2:file:" + folder.resolve("leek");
    }

    private void sql(String user, String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), user, "");
                Statement execute = connection.createStatement()) {
            execute.execute(statement);
        }
    }

    private static void start(String... properties) {
        new SpringApplicationBuilder(Application.class)
                .properties(properties)
                .properties("spring.main.web-application-type=none")
                .run()
                .close();
    }

    private static void fails(String... properties) {
        SpringApplication application = new SpringApplicationBuilder(Application.class)
                .properties(properties)
                .properties("spring.main.web-application-type=none")
                .application();
        try (ConfigurableApplicationContext context = application.run()) {
            throw new AssertionError("it started: " + context);
        } catch (RuntimeException expected) {
            assertThat(expected).isNotNull();
        }
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration(LeekAutoConfiguration.class)
    static class Application {}
}

package io.leek.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.OpenStore;
import io.leek.server.store.Postgres;
import io.leek.server.store.StoreSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A companion that can't start says why in one line, with what to do, and ends with a code of its own. */
@Timeout(120)
class CompanionStartTest {

    private static final String ANY_PORT = "--leek.bind=localhost:0";

    @TempDir
    Path dir;

    @Test
    void aPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            refuses(
                    ExitCode.PORT,
                    "127.0.0.1:" + taken.getLocalPort(),
                    "--leek.bind=localhost:" + taken.getLocalPort());
        }
    }

    @Test
    void aDataFolderThatAnotherProcessHas() throws Exception {
        try (Companion first = Companion.start(dir, ANY_PORT)) {
            first.awaitLine("Leek listens at");

            refuses(ExitCode.STORE_LOCKED, "in use by another process", ANY_PORT);
        }
    }

    @Test
    void aFileThatIsNoStore() throws Exception {
        Files.createDirectory(dir.resolve("leek-data"));
        Files.writeString(dir.resolve("leek-data/leek.mv.db"), "not a database ".repeat(1000));

        refuses(ExitCode.STORE_UNREADABLE, "can't be read as a store", ANY_PORT);
    }

    @Test
    void tablesOfANewerLeek() throws Exception {
        StoreSettings.Location location = new StoreSettings.Location.File(dir.resolve("leek-data"));
        try (OpenStore store = OpenStore.open(location, Clock.systemUTC())) {
            store.sql().update("UPDATE leek.store SET version = 99");
        }

        refuses(ExitCode.STORE_NEWER, "have version 99", ANY_PORT);
    }

    @Test
    void noRightToCreateTheSchema() throws Exception {
        StoreSettings.Location.Jdbc database = Postgres.newDatabase();
        Postgres.sql(database).execute("CREATE ROLE powerless LOGIN PASSWORD 'powerless'");

        refuses(
                ExitCode.SCHEMA_NOT_CREATABLE,
                "CREATE SCHEMA \"leek\" AUTHORIZATION \"powerless\";",
                ANY_PORT,
                "--leek.server.datasource.url=" + database.url(),
                "--leek.server.datasource.username=powerless",
                "--leek.server.datasource.password=powerless");
    }

    @Test
    void noTablesAndNoMigration() throws Exception {
        try (Companion companion = Companion.start(dir, ANY_PORT, "--leek.server.migrate=false")) {
            assertThat(companion.exitCode()).isEqualTo(ExitCode.SCHEMA_MISSING.number());
            assertThat(companion.wholeOutput())
                    .contains("CREATE TABLE queued_task")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aDatabaseThatIsNotThere() throws Exception {
        refuses(
                ExitCode.STORE_UNREACHABLE,
                "could not be opened",
                ANY_PORT,
                "--leek.server.datasource.url=jdbc:postgresql://127.0.0.1:" + Companion.freePort() + "/leek");
    }

    @Test
    void aDatabaseOfAnotherKind() throws Exception {
        refuses(
                ExitCode.SETTING,
                "H2 or PostgreSQL",
                ANY_PORT,
                "--leek.server.datasource.url=jdbc:mysql://localhost/leek");
    }

    @Test
    void anAddressOpenToAllWithoutAPassword() throws Exception {
        refuses(ExitCode.OPEN_BIND, "can be reached from other machines", "--leek.bind=0.0.0.0:0");
    }

    @Test
    void aSettingThatCannotBeRead() throws Exception {
        refuses(ExitCode.SETTING, "leek.server.max-crashes", ANY_PORT, "--leek.server.max-crashes=many");
    }

    @Test
    void aSettingOutOfItsRange() throws Exception {
        refuses(ExitCode.SETTING, "must be at least 1, but was 0", ANY_PORT, "--leek.server.max-crashes=0");
    }

    @Test
    void anAddressThatIsNone() throws Exception {
        refuses(ExitCode.SETTING, "leek.bind with value 'here:there'", "--leek.bind=here:there");
    }

    @Test
    void aConfigurationFileThatIsNotThere() throws Exception {
        refuses(ExitCode.SETTING, "nowhere.properties", "--spring.config.location=file:nowhere.properties");
    }

    @Test
    void aJarAndACommand() throws Exception {
        refuses(ExitCode.SETTING, "leek.app.command and leek.app.jar", "app.jar", "--leek.app.command=sleep,100");
    }

    @Test
    void aJarThatIsNotThere() throws Exception {
        refuses(ExitCode.APP_NOT_STARTABLE, "app.jar is not there", "app.jar");
    }

    @Test
    void aFileThatIsNoJar() throws Exception {
        Files.writeString(dir.resolve("app.jar"), "no jar");

        refuses(ExitCode.APP_NOT_STARTABLE, "app.jar is no jar", "app.jar");
    }

    @Test
    void aJarThatCannotBeRun() throws Exception {
        jar(null);

        refuses(ExitCode.APP_NOT_STARTABLE, "no Main-Class", "app.jar");
    }

    @Test
    void aSpringBootApplicationWithoutLeek() throws Exception {
        jar("Main", "BOOT-INF/lib/spring-core-7.0.0.jar");

        refuses(ExitCode.APP_NOT_STARTABLE, "no leek-spring-boot-starter among its libraries", "app.jar");
    }

    @Test
    void aProgramThatIsNotThere() throws Exception {
        refuses(ExitCode.APP_NOT_STARTABLE, "no-such-program", "--leek.app.command=no-such-program,argument");
    }

    @Test
    void everyExitCodeIsDocumented() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "operations.md"));

        assertThat(List.of(ExitCode.values())).allMatch(code -> page.contains("\n| " + code.number() + " | "));
    }

    private void refuses(ExitCode expected, String why, String... args) throws Exception {
        try (Companion companion = Companion.start(dir, args)) {
            String output = companion.wholeOutput();
            assertThat(companion.exitCode()).as(output).isEqualTo(expected.number());
            List<String> troubles =
                    output.lines().filter(line -> !line.contains(" INFO ")).toList();
            assertThat(troubles).hasSize(1);
            assertThat(troubles.get(0)).contains(" ERROR ", why);
        }
    }

    private void jar(@Nullable String mainClass, String... entries) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (mainClass != null) {
            manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
        }
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(dir.resolve("app.jar")), manifest)) {
            for (String entry : entries) {
                jar.putNextEntry(new ZipEntry(entry));
                jar.closeEntry();
            }
        }
    }
}

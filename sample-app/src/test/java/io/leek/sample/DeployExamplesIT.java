package io.leek.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.springframework.util.FileSystemUtils;
import org.yaml.snakeyaml.Yaml;

/** The files of {@code examples/deploy}, as far as they go without systemd and Docker: their commands are run. */
class DeployExamplesIT {

    private static final Path DEPLOY = Path.of("..", "examples", "deploy");
    private static final String SECRETS = "/run/secrets/";
    private static final String STATE = "/var/lib/leek";

    private Path folder;

    @BeforeEach
    void emptyFolder(TestInfo test) throws IOException {
        folder = Path.of("target", "deploy", test.getTestMethod().orElseThrow().getName())
                .toAbsolutePath();
        FileSystemUtils.deleteRecursively(folder);
        Files.createDirectories(folder);
    }

    @Test
    void systemdAcceptsTheUnitAndFindsLittleThatIsExposed() throws Exception {
        assumeTrue(isInstalled("systemd-analyze"), "NOT TESTED: systemd-analyze (Debian: systemd) is not installed");
        Path unit = Files.writeString(
                folder.resolve("leek.service"),
                Files.readString(DEPLOY.resolve("leek.service")).replace("/usr/bin/java", JavaProcess.java()));
        assertThat(output("systemd-analyze", "verify", unit.toString()))
                .doesNotContain("leek.service")
                .endsWith("exit code 0");
        assertThat(output("systemd-analyze", "security", "--offline=true", "--threshold=20", unit.toString()))
                .endsWith("exit code 0");
    }

    @Test
    void theUnitsCommandStartsDrainsAndEndsWithACodeThatCountsAsSuccess() throws Exception {
        Properties unit = new Properties();
        unit.load(new StringReader(Files.readString(DEPLOY.resolve("leek.service"))));
        Files.createLink(folder.resolve("leek-server.jar"), server());
        Files.createLink(folder.resolve("app.jar"), sample());
        List<String> command = Stream.of(unit.getProperty("ExecStart").split(" "))
                .map(word -> word.replace("/usr/bin/java", JavaProcess.java()).replace("/opt/leek", folder.toString()))
                .toList();
        Map<String, String> environment = environmentFile();
        environment.put("LEEK_BIND", "localhost:" + JavaProcess.freePort());

        try (JavaProcess companion = JavaProcess.start("unit", folder.resolve("state"), command, environment)) {
            companion.awaitLine("Worker (\\S+) joined");
            assertThat(companion.output()).contains("(password)").doesNotContain(environment.get("LEEK_PASSWORD"));
            assertThat(companion.terminate()).isEqualTo(Integer.parseInt(unit.getProperty("SuccessExitStatus")));
        }
        assertThat(folder.resolve("state/leek-data/leek.mv.db")).exists();
    }

    @Test
    void theImagesRunTheComposeFileFromUploadToThumbnail() throws Exception {
        Map<String, DockerImages.Image> images = DockerImages.build(
                DEPLOY.resolve("Dockerfile"),
                folder.resolve("images"),
                Path.of(".."),
                strings(service("companion"), "build", "args"));
        DockerImages.Image companionImage = images.get("companion");
        DockerImages.Image applicationImage = images.get("application");
        assertThat(List.of(companionImage.user, applicationImage.user)).containsOnly("10001:10001");
        int port = JavaProcess.freePort();

        try (EmbeddedPostgres database = EmbeddedPostgres.start()) {
            Map<String, String> substitutes = Map.of(
                    STATE,
                    folder.resolve("state").toString(),
                    "//database/leek",
                    "//localhost:" + database.getPort() + "/postgres",
                    ":8002",
                    "localhost:" + port);
            Map<String, String> companionSettings = settings("companion", substitutes);
            Map<String, String> applicationSettings = settings("application", substitutes);
            applicationSettings.put("LEEK_HOST", "localhost");
            applicationSettings.put("LEEK_PORT", Integer.toString(port));
            applicationSettings.put("SERVER_PORT", "0");
            List<String> askHealth = companionImage.here(companionImage.health);

            try (JavaProcess companion = JavaProcess.start(
                            "companion",
                            folder.resolve("state"),
                            companionImage.here(companionImage.entrypoint),
                            companionSettings);
                    JavaProcess application = JavaProcess.start(
                            "application",
                            folder.resolve("state"),
                            applicationImage.here(applicationImage.entrypoint),
                            applicationSettings)) {
                companion.awaitLine("Worker (\\S+) joined");
                try (JavaProcess health =
                        JavaProcess.start("health", folder.resolve("state"), askHealth, companionSettings)) {
                    health.awaitLine(":" + port + " is healthy");
                    assertThat(health.exitCode()).isZero();
                }
                GalleryClient gallery = new GalleryClient(application.awaitLine("Tomcat started on port (\\d+)"));
                String photo = gallery.upload("photo.png", GalleryClient.picture(900, 600));
                assertThat(gallery.finished(photo).path("state").asString()).isEqualTo("success");
                assertThat(gallery.longerSide(photo, 400)).isEqualTo(400);
                assertThat(companion.output()).contains("PostgreSQL", "(password)");

                assertThat(companion.terminate()).isEqualTo(143);
                try (JavaProcess health =
                        JavaProcess.start("health", folder.resolve("state"), askHealth, companionSettings)) {
                    health.awaitLine("is not healthy: Connection refused");
                    assertThat(health.exitCode()).isEqualTo(1);
                }
                assertThat(application.terminate()).isEqualTo(143);
            }
        }
    }

    @Test
    void composeStartsEachServiceWhenTheOneBeforeIsHealthyAndKeepsPasswordsInFiles() throws IOException {
        Map<String, Object> compose = compose();
        assertThat(compose).containsOnlyKeys("name", "services", "secrets", "volumes");
        Map<String, Object> services = map(compose.get("services"));
        assertThat(services).containsOnlyKeys("database", "companion", "application");
        assertThat(map(service("companion").get("depends_on")))
                .isEqualTo(Map.of("database", Map.of("condition", "service_healthy")));
        assertThat(map(service("application").get("depends_on")))
                .isEqualTo(Map.of("companion", Map.of("condition", "service_healthy")));
        assertThat(map(compose.get("secrets"))).isNotEmpty().allSatisfy((name, secret) -> assertThat(map(secret))
                .containsOnlyKeys("file"));
        for (String name : services.keySet()) {
            assertThat(strings(service(name), "environment").keySet())
                    .noneMatch(variable -> variable.endsWith("PASSWORD"));
            assertThat(service(name)).doesNotContainKeys("command", "entrypoint");
            assertThat(((List<?>) service(name).get("secrets")))
                    .allSatisfy(
                            secret -> assertThat(map(compose.get("secrets"))).containsKey(source(secret)));
        }
    }

    /** A service's environment on this machine, after its secrets were put where it looks for them. */
    private Map<String, String> settings(String service, Map<String, String> substitutes) throws IOException {
        Path secrets = Files.createDirectories(folder.resolve("secrets-of-" + service));
        for (Object secret : (List<?>) service(service).get("secrets")) {
            String target =
                    secret instanceof Map<?, ?> mapping ? String.valueOf(mapping.get("target")) : source(secret);
            Files.writeString(secrets.resolve(target), "of-" + source(secret) + "\n");
        }
        Map<String, String> settings = new HashMap<>(strings(service(service), "environment"));
        settings.replaceAll((name, value) -> {
            String here = value.replace(SECRETS, secrets + "/");
            for (Map.Entry<String, String> substitute : substitutes.entrySet()) {
                here = here.replace(substitute.getKey(), substitute.getValue());
            }
            return name.endsWith("DATASOURCE_USERNAME") ? "postgres" : here;
        });
        return settings;
    }

    private static Map<String, String> environmentFile() throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (String line : Files.readAllLines(DEPLOY.resolve("leek.env.example"))) {
            if (!line.startsWith("#")) {
                environment.put(line.split("=", 2)[0], line.split("=", 2)[1]);
            }
        }
        assertThat(environment).containsKey("LEEK_PASSWORD");
        return environment;
    }

    private static Path server() {
        return Path.of("..", "leek-server", "target", "leek-server.jar").toAbsolutePath();
    }

    private static Path sample() {
        return Path.of("target", "sample-app.jar").toAbsolutePath();
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, command)));
    }

    private String output(String... command) throws Exception {
        Path log = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return Files.readString(log) + "exit code " + process.exitValue();
    }

    private static Map<String, Object> compose() throws IOException {
        return map(new Yaml().load(Files.readString(DEPLOY.resolve("compose.yaml"))));
    }

    private static Map<String, Object> service(String name) throws IOException {
        return map(map(compose().get("services")).get(name));
    }

    private static String source(Object secret) {
        return secret instanceof Map<?, ?> mapping ? String.valueOf(mapping.get("source")) : String.valueOf(secret);
    }

    private static Map<String, String> strings(Map<String, Object> from, String... path) {
        Map<String, Object> found = from;
        for (String step : path) {
            found = map(found.get(step));
        }
        Map<String, String> strings = new HashMap<>();
        found.forEach((name, value) -> strings.put(name, String.valueOf(value)));
        return strings;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        assertThat(value).isInstanceOf(Map.class);
        return (Map<String, Object>) value;
    }
}

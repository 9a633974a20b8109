package io.leek.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.client.ClientSettings;
import io.leek.client.Connector;
import io.leek.client.LeekClient;
import io.leek.client.ServerAddress;
import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.util.FileSystemUtils;

/** The jars as a person starts them. */
@Execution(ExecutionMode.CONCURRENT)
class GalleryProcessesIT {

    private static final Path SAMPLE = Path.of("target", "sample-app.jar");
    private static final Path SERVER = Path.of("..", "leek-server", "target", "leek-server.jar");
    private static final String WEB_IS_UP = "Tomcat started on port (\\d+)";
    private static final String WORKER_JOINED = "Worker (\\S+) joined";

    private static final String QUICK_START = "--leek.app.jvm-args=-XX:TieredStopAtLevel=1,-XX:+UseSerialGC";

    /** A look-up right after a start waits for Hibernate, for long where many processes start at once. */
    private static final String PATIENT = "--leek.client.timeout=1m";

    private Path folder;

    @BeforeEach
    void emptyFolder(TestInfo test) throws IOException {
        folder = Path.of(
                "target", "processes", test.getTestMethod().orElseThrow().getName());
        FileSystemUtils.deleteRecursively(folder);
    }

    @Test
    void inAppAPhotoIsDoneAndWhatAKillLeftIsFinishedAfterTheNextStart() throws Exception {
        List<String> ids = new ArrayList<>();
        try (JavaProcess app = JavaProcess.start("app", folder, SAMPLE, "--server.port=0", PATIENT)) {
            GalleryClient gallery = new GalleryClient(app.awaitLine(WEB_IS_UP));
            String wide = gallery.upload("wide.png", GalleryClient.picture(1000, 500));
            assertThat(gallery.finished(wide).path("state").asString()).isEqualTo("success");
            assertThat(gallery.longerSide(wide, 200)).isEqualTo(200);
            assertThat(gallery.longerSide(wide, 400)).isEqualTo(400);
            assertThat(gallery.longerSide(wide, 800)).isEqualTo(800);
            String text = gallery.upload("notes.txt", "no picture".getBytes());
            assertThat(gallery.finished(text).path("state").asString()).isEqualTo("failed");
            assertThat(gallery.finished(text).path("error").asString()).contains("notes.txt", "not a picture");
            for (int i = 0; i < 10; i++) {
                ids.add(gallery.upload("photo" + i + ".png", GalleryClient.picture(2000, 1500)));
            }
            app.kill();
        }
        try (JavaProcess app = JavaProcess.start("app again", folder, SAMPLE, "--server.port=0", PATIENT)) {
            GalleryClient gallery = new GalleryClient(app.awaitLine(WEB_IS_UP));
            for (String id : ids) {
                assertThat(gallery.finished(id).path("state").asString()).isEqualTo("success");
            }
            assertThat(app.terminate()).isEqualTo(143);
        }
    }

    @Test
    void withACompanionTasksOutliveItsKillAndTheWorkerGoesWithIt() throws Exception {
        int port = JavaProcess.freePort();
        String bind = "--leek.bind=localhost:" + port;
        List<String> ids = new ArrayList<>();
        try (JavaProcess web = JavaProcess.start(
                "web", folder, SAMPLE, "--server.port=0", PATIENT, "--leek.mode=remote", "--leek.port=" + port)) {
            GalleryClient gallery = new GalleryClient(web.awaitLine(WEB_IS_UP));
            web.awaitLine("Leek server at localhost:" + port + " is not there");

            try (JavaProcess server = JavaProcess.start("server", folder, SERVER, bind)) {
                server.awaitLine("Leek listens at");
                web.awaitLine("Leek server at localhost:" + port + " is there");
                for (int i = 0; i < 5; i++) {
                    ids.add(gallery.upload("photo" + i + ".png", GalleryClient.picture(900, 600)));
                }
                assertThat(queued(port)).extracting(Task::name).containsOnly("thumbnailService.makeThumbnails");
                assertThat(gallery.photo(ids.get(0)).path("state").asString()).isEqualTo("queued");
                server.kill();
            }

            List<ProcessHandle> orphans;
            try (JavaProcess server = JavaProcess.start(
                    "server with worker",
                    folder,
                    SERVER,
                    SAMPLE.toAbsolutePath().toString(),
                    bind)) {
                server.awaitLine(WORKER_JOINED);
                for (String id : ids) {
                    assertThat(gallery.finished(id).path("state").asString()).isEqualTo("success");
                    assertThat(gallery.longerSide(id, 400)).isEqualTo(400);
                }
                orphans = server.children();
                assertThat(orphans).hasSize(1);
                server.kill();
            }
            for (ProcessHandle orphan : orphans) {
                orphan.onExit().get(30, TimeUnit.SECONDS);
            }

            try (JavaProcess server = JavaProcess.start(
                    "server again", folder, SERVER, SAMPLE.toAbsolutePath().toString(), bind, QUICK_START)) {
                server.awaitLine(WORKER_JOINED);
                web.awaitLine("Leek server at localhost:" + port + " is there");
                String late = gallery.upload("late.png", GalleryClient.picture(300, 200));
                assertThat(gallery.finished(late).path("state").asString()).isEqualTo("success");
                assertThat(gallery.longerSide(late, 800)).isEqualTo(300);
                List<ProcessHandle> worker = server.children();
                assertThat(server.terminate()).isEqualTo(143);
                assertThat(worker).noneMatch(ProcessHandle::isAlive);
            }
        }
    }

    @Test
    void aJarThatIsNoApplicationWithLeekIsRefused() throws Exception {
        try (JavaProcess server = JavaProcess.start(
                "server", folder, SERVER, SERVER.toAbsolutePath().toString(), "--leek.bind=localhost:0")) {
            server.awaitLine("leek-server.jar has no leek-spring-boot-starter among its libraries");
            assertThat(server.exitCode()).isEqualTo(4);
        }
    }

    private static List<Task> queued(int port) {
        ServerAddress address = new ServerAddress("localhost", port, null);
        ClientSettings settings = new ClientSettings(() -> address, Duration.ofMinutes(1), List.of("test"));
        try (Connector connector = new Connector(settings);
                LeekClient client = new LeekClient(connector)) {
            return client.list(TaskQuery.of(TaskState.QUEUED));
        }
    }
}

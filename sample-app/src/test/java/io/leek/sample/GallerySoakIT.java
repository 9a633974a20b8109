package io.leek.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.sample.SteadyUploads.Accepted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/**
 * Kills worker and companion at random while photos are uploaded. {@code -Dleek.soak=PT1H} sets how long, a minute by
 * default, and {@code -Dleek.soak.seed} the moments and the kinds of the kills.
 */
class GallerySoakIT {

    private static final Path SAMPLE = Path.of("target", "sample-app.jar");
    private static final Path FOLDER = Path.of("target", "processes", GallerySoakIT.class.getSimpleName());
    private static final Path DATA = FOLDER.resolve("leek-data");

    /** In the worker's command line, so that it is found however lonely it is. */
    private static final String MARK =
            "-Dgallery.soak=" + ProcessHandle.current().pid();

    /** The age at which the memory of each worker is measured, and the least that is left for work between kills. */
    private static final Duration AGE = Duration.ofSeconds(2);

    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(3);

    private static final Duration SHORT = Duration.ofMinutes(5);

    /** These are done also where a minute is over before, on a slow machine. */
    private static final List<Kill> FIRST = List.of(Kill.WORKER, Kill.COMPANION);

    private final Duration length = Duration.parse(System.getProperty("leek.soak", "PT1M"));
    private final long seed = Long.getLong("leek.soak.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Kill> deck = new ArrayList<>();
    private final Map<Kill, Integer> kills = new EnumMap<>(Kill.class);
    private final MemoryLog memory = new MemoryLog();
    private long largestFile;

    @BeforeEach
    void emptyFolder() throws IOException {
        FileSystemUtils.deleteRecursively(FOLDER);
    }

    @Test
    void whateverIsKilledEveryPhotoIsFinishedOnceAndNothingIsLeftBehind() throws Exception {
        System.out.println("Soak: " + length + ", -Dleek.soak.seed=" + seed);
        int port = JavaProcess.freePort();
        List<Accepted> photos;
        int refused;
        Set<ProcessHandle> workers;
        try (JavaProcess web = JavaProcess.start(
                        "web", FOLDER, SAMPLE, "--server.port=0", "--leek.mode=remote", "--leek.port=" + port);
                Companion companion = Companion.start(
                        FOLDER,
                        SAMPLE,
                        "--leek.bind=localhost:" + port,
                        "--leek.server.max-crashes=1000000",
                        "--leek.app.jvm-args=-XX:TieredStopAtLevel=1,-XX:+UseSerialGC,-Xmx256m," + MARK)) {
            GalleryClient gallery = new GalleryClient(web.awaitLine("Tomcat started on port (\\d+)"));
            try (SteadyUploads uploads = new SteadyUploads(gallery, GalleryClient.picture(1600, 1200))) {
                uploads.start();
                killAtRandom(web, companion, uploads);
                companion.awaitWorker();
                uploads.finish(LONGEST_DRAIN);
                photos = uploads.accepted();
                refused = uploads.refused();
            }
            for (Accepted photo : photos) {
                assertThat(gallery.photo(photo.id()).path("thumbnails")).hasSize(3);
            }
            assertThat(gallery.longerSide(photos.get(0).id(), 400)).isEqualTo(400);
            companion.awaitEndOfOrphans();
            assertThat(companion.stop()).isEqualTo(143);
            assertThat(web.terminate()).isEqualTo(143);
            workers = companion.workers();
            Files.writeString(FOLDER.resolve("web.log"), web.output());
        }
        assertThat(workers).noneMatch(ProcessHandle::isAlive);
        assertThat(ProcessHandle.allProcesses())
                .noneMatch(process -> process.info().commandLine().orElse("").contains(MARK));
        assertFree(port);
        assertEachFinishedOnce(photos, refused);
        memory.assertNotGrown();
    }

    private void killAtRandom(JavaProcess web, Companion companion, SteadyUploads uploads) throws Exception {
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end || !kills.keySet().containsAll(FIRST)) {
            ProcessHandle worker = companion.awaitWorker();
            uploads.goOnFor(AGE);
            memory.add("companion", companion.process());
            memory.add("worker", worker);
            memory.add("web", web.handle());
            largestFile = Math.max(largestFile, Files.size(DATA.resolve("leek.mv.db")));
            assertThat(zombies(companion.process())).isEmpty();
            uploads.goOnFor(atMost(longestCalm()));
            kill(companion, uploads);
        }
    }

    private void kill(Companion companion, SteadyUploads uploads) throws Exception {
        Kill kill = next();
        kills.merge(kill, 1, Integer::sum);
        switch (kill) {
            case WORKER -> companion.killWorker();
            case STARTING_WORKER -> {
                companion.killWorker();
                companion.awaitWorkerProcess();
                uploads.goOnFor(atMost(Duration.ofSeconds(3)));
                companion.killWorker();
            }
            case COMPANION -> companion.killAndStart();
            case STARTING_COMPANION -> {
                companion.killAndStart();
                uploads.goOnFor(atMost(Duration.ofSeconds(4)));
                companion.killAndStart();
            }
            case BOTH -> {
                companion.killWorker();
                companion.killAndStart();
            }
        }
    }

    /** From a deck that is shuffled anew once it is used up, so that none is forgotten for long. */
    private Kill next() {
        if (deck.isEmpty()) {
            deck.addAll(kills.isEmpty() ? FIRST : List.of(Kill.values()));
            if (!kills.isEmpty() && length.compareTo(SHORT) > 0) {
                // So that the companion sees many workers come and go.
                deck.addAll(Collections.nCopies(4, Kill.WORKER));
            }
            Collections.shuffle(deck, random);
        }
        return deck.remove(0);
    }

    private Duration longestCalm() {
        Duration part = length.dividedBy(15);
        Duration longest = Duration.ofSeconds(30);
        return part.compareTo(longest) < 0 ? part : longest;
    }

    private Duration atMost(Duration longest) {
        return Duration.ofMillis(random.nextLong(longest.toMillis()));
    }

    private void assertEachFinishedOnce(List<Accepted> photos, int refused) throws Exception {
        Set<String> expected =
                new HashSet<>(photos.stream().map(Accepted::taskId).toList());
        try (LeekTables tables = new LeekTables(DATA)) {
            List<String> success = tables.ids("success");
            List<String> failed = tables.ids("failed");
            System.out.printf(
                    "Soak: %d photos, %d uploads refused, %d tasks of those done or failed all the same; kills %s, "
                            + "%d runs ended by them; longest wait %d ms; %s; file at most %d kB%n",
                    photos.size(),
                    refused,
                    success.size() + failed.size() - photos.size(),
                    kills,
                    tables.crashes(),
                    tables.longestWaitMillis(),
                    memory.summary(),
                    largestFile / 1024);
            assertThat(expected).hasSameSizeAs(photos);
            assertThat(success).doesNotHaveDuplicates().containsAll(expected);
            assertThat(failed).doesNotHaveDuplicates().doesNotContainAnyElementsOf(success);
            assertThat(tables.ids("queued")).isEmpty();
            // The task of an upload whose outcome was unknown finds its photo or finds it gone.
            assertThat(success.size() + failed.size()).isBetween(photos.size(), photos.size() + refused);
            assertThat(tables.miscounted()).isEmpty();
            assertThat(tables.servers()).isEmpty();
        }
        assertThat(largestFile).isLessThan(16 * 1024 * 1024 + photos.size() * 4096L);
    }

    private static void assertFree(int port) throws IOException {
        for (InetAddress address : InetAddress.getAllByName("localhost")) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(address, port));
            }
        }
    }

    /** The children of a process that have ended and that it has not looked after. */
    private static List<String> zombies(ProcessHandle parent) throws IOException {
        Path proc = Path.of("/proc");
        if (!Files.isDirectory(proc)) {
            return List.of();
        }
        String zombie = "Z " + parent.pid() + " ";
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.map(process -> proc.resolve(process.pid() + "/stat"))
                    .map(GallerySoakIT::stat)
                    .filter(stat ->
                            stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith(zombie))
                    .toList();
        }
    }

    private static String stat(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return ""; // it has ended meanwhile
        }
    }

    private enum Kill {
        WORKER,
        STARTING_WORKER,
        COMPANION,
        STARTING_COMPANION,
        BOTH
    }
}

package io.leek.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.client.ClientSettings;
import io.leek.client.Connector;
import io.leek.client.LeekClient;
import io.leek.client.ServerAddress;
import io.leek.task.TaskJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToDoubleFunction;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.springframework.util.FileSystemUtils;

/**
 * What a companion and its worker cost. It measures, so the build leaves it out; by hand: {@code mvn verify
 * -Dit.test=CostsMeasurement}. Rounds are interleaved and medians compared, so that a busy machine is busy for all alike.
 */
class CostsMeasurement {

    private static final int ROUNDS = Integer.getInteger("leek.measure.rounds", 7);
    private static final double LIMIT = 1.3;
    private static final Duration SETTLED = Duration.ofSeconds(5);

    /** What the sample has beyond Data JPA and H2. */
    private static final String BEYOND_BARE =
            "(checker-qual|flyway|jackson|leek|netty|postgresql|thumbnailator|tomcat|spring-web|spring-webmvc"
                    + "|spring-boot-(flyway|http-converter|jackson|servlet|tomcat|web-server|webmvc))-.*";

    private Path folder;

    private record Cost(double readySeconds, double readyCpuSeconds, double megabytes, double megabytesAfterGc) {}

    /** Something to start, and how to tell that it is ready. */
    private interface Candidate {

        Cost measure() throws Exception;
    }

    @BeforeEach
    void emptyFolder(TestInfo test) throws IOException {
        folder = Path.of("target", "costs", test.getTestMethod().orElseThrow().getName())
                .toAbsolutePath();
        FileSystemUtils.deleteRecursively(folder);
        Files.createDirectories(folder);
    }

    @Test
    void theCompanionBesideABareApplicationWithDataJpaAndH2() throws Exception {
        Path server = extract(Path.of("..", "leek-server", "target", "leek-server.jar"), "server");
        Path bare =
                bareJar(extract(Path.of("target", "sample-app.jar"), "sample").resolveSibling("lib"));
        List<List<Cost>> costs = interleave(List.of(() -> bare(bare), () -> companion(server)));

        print("a bare application", costs.get(0), costs.get(0));
        print("the companion", costs.get(1), costs.get(0));
        assertThat(median(costs.get(1), Cost::readySeconds) / median(costs.get(0), Cost::readySeconds))
                .isLessThanOrEqualTo(LIMIT);
        assertThat(median(costs.get(1), Cost::megabytes) / median(costs.get(0), Cost::megabytes))
                .isLessThanOrEqualTo(LIMIT);
        assertThat(median(costs.get(1), Cost::megabytesAfterGc) / median(costs.get(0), Cost::megabytesAfterGc))
                .isLessThanOrEqualTo(LIMIT);
    }

    @Test
    void theWorkerWithAnArchiveOfItsClasses() throws Exception {
        Path fat = Path.of("target", "sample-app.jar").toAbsolutePath();
        Path extracted = extract(fat, "sample");
        boolean aot = Runtime.version().feature() >= 25;
        Path archive = folder.resolve(aot ? "app.aot" : "app.jsa");
        train((aot ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive, extracted);
        String use = (aot ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive;
        List<List<Cost>> costs =
                interleave(List.of(() -> worker(fat, ""), () -> worker(extracted, ""), () -> worker(extracted, use)));

        print("the executable jar", costs.get(0), costs.get(0));
        print("extracted", costs.get(1), costs.get(0));
        print("extracted, " + use.replaceAll("=.*", ""), costs.get(2), costs.get(0));
    }

    private Cost bare(Path jar) throws Exception {
        long start = System.nanoTime();
        try (JavaProcess process = JavaProcess.start(
                "bare",
                folder.resolve("bare-" + start),
                List.of(
                        JavaProcess.java(),
                        "-jar",
                        jar.toString(),
                        "--spring.datasource.url=jdbc:h2:file:./data/bare",
                        "--spring.jpa.hibernate.ddl-auto=update"),
                Map.of())) {
            process.awaitLine("Started BareApplication");
            return cost(process, start);
        }
    }

    /** The companion is ready when it has taken a task. */
    private Cost companion(Path jar) throws Exception {
        int port = JavaProcess.freePort();
        long start = System.nanoTime();
        try (JavaProcess process = JavaProcess.start(
                "companion",
                folder.resolve("companion-" + start),
                List.of(JavaProcess.java(), "-jar", jar.toString(), "--leek.bind=localhost:" + port),
                Map.of())) {
            process.awaitLine("Leek listens at");
            ServerAddress address = new ServerAddress("localhost", port, null);
            ClientSettings settings = new ClientSettings(() -> address, Duration.ofMinutes(1), List.of("measurement"));
            try (Connector connector = new Connector(settings);
                    LeekClient client = new LeekClient(connector)) {
                client.push(List.of(TaskJson.MAPPER
                        .createObjectNode()
                        .put("jid", UUID.randomUUID().toString())
                        .put("jobtype", "measurement")
                        .set("args", TaskJson.MAPPER.createArrayNode())));
            }
            return cost(process, start);
        }
    }

    /** The worker's life begins with its process and it is ready when it has joined. */
    private Cost worker(Path jar, String jvmArgument) throws Exception {
        Path server = Path.of("..", "leek-server", "target", "leek-server.jar").toAbsolutePath();
        try (JavaProcess companion = JavaProcess.start(
                "companion with worker",
                folder.resolve("work"),
                List.of(
                        JavaProcess.java(),
                        "-jar",
                        server.toString(),
                        jar.toString(),
                        "--leek.bind=localhost:0",
                        "--leek.app.jvm-args=" + jvmArgument),
                Map.of())) {
            long pid = Long.parseLong(companion.awaitLine("runs as worker \\S+ in process (\\d+)"));
            long start = System.nanoTime();
            companion.awaitLine("Worker (\\S+) joined");
            ProcessHandle worker = ProcessHandle.of(pid).orElseThrow();
            Cost cost = new Cost(
                    (System.nanoTime() - start) / 1e9, cpuSeconds(worker), megabytes(worker.pid()), Double.NaN);
            companion.terminate();
            return cost;
        }
    }

    private Cost cost(JavaProcess process, long start) throws Exception {
        double ready = (System.nanoTime() - start) / 1e9;
        double cpu = cpuSeconds(process.handle());
        assertThat(process.endsWithin(SETTLED)).isFalse();
        double settled = megabytes(process.handle().pid());
        execute(
                folder,
                List.of(
                        Path.of(JavaProcess.java()).resolveSibling("jcmd").toString(),
                        Long.toString(process.handle().pid()),
                        "GC.run"));
        double afterGc = megabytes(process.handle().pid());
        process.terminate();
        return new Cost(ready, cpu, settled, afterGc);
    }

    /** Each round in the opposite order of the one before. */
    private static List<List<Cost>> interleave(List<Candidate> candidates) throws Exception {
        List<List<Cost>> costs = new ArrayList<>();
        candidates.forEach(candidate -> costs.add(new ArrayList<>()));
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < candidates.size(); i++) {
                int next = round % 2 == 0 ? i : candidates.size() - 1 - i;
                costs.get(next).add(candidates.get(next).measure());
            }
        }
        return costs;
    }

    private static void print(String name, List<Cost> costs, List<Cost> base) {
        StringBuilder row = new StringBuilder("| " + name);
        for (ToDoubleFunction<Cost> figure : List.<ToDoubleFunction<Cost>>of(
                Cost::readySeconds, Cost::readyCpuSeconds, Cost::megabytes, Cost::megabytesAfterGc)) {
            double value = median(costs, figure);
            row.append(Double.isNaN(value) ? " |" : " | %.1f (%.2f)".formatted(value, value / median(base, figure)));
        }
        System.out.println(row + " | JDK " + Runtime.version() + ", " + ROUNDS + " rounds");
    }

    private static double median(List<Cost> costs, ToDoubleFunction<Cost> figure) {
        double[] sorted = costs.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private Path extract(Path jar, String name) throws Exception {
        Path to = folder.resolve(name);
        execute(
                folder,
                List.of(
                        JavaProcess.java(),
                        "-Djarmode=tools",
                        "-jar",
                        jar.toAbsolutePath().toString(),
                        "extract",
                        "--destination",
                        to.toString()));
        return to.resolve(jar.getFileName());
    }

    /** An archive holds what was loaded until the context was there. */
    private void train(String option, Path jar) throws Exception {
        execute(
                Files.createDirectories(folder.resolve("work")),
                List.of(
                        JavaProcess.java(),
                        option,
                        "-Dspring.context.exit=onRefresh",
                        "-jar",
                        jar.toString(),
                        "--leek.role=worker"));
    }

    private static void execute(Path directory, List<String> command) throws Exception {
        Path log = directory.resolve("command.log");
        int exitCode = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        assertThat(exitCode).as("%s: %s", command, Files.readString(log)).isZero();
    }

    /** A jar in the layout in which Boot extracts one: the classes, and a manifest that names the libraries. */
    private Path bareJar(Path libraries) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "io.leek.bare.BareApplication");
        try (Stream<Path> jars = Files.list(libraries)) {
            manifest.getMainAttributes()
                    .put(
                            Attributes.Name.CLASS_PATH,
                            String.join(
                                    " ",
                                    jars.filter(jar -> !jar.getFileName()
                                                    .toString()
                                                    .matches(BEYOND_BARE))
                                            .map(jar -> jar.toUri().toString())
                                            .sorted()
                                            .toList()));
        }
        Path jar = folder.resolve("bare.jar");
        Path classes = Path.of("target", "test-classes");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                Stream<Path> own = Files.walk(classes.resolve("io/leek/bare"))) {
            for (Path one : own.sorted().toList()) {
                String name = classes.relativize(one).toString();
                out.putNextEntry(new JarEntry(Files.isDirectory(one) ? name + "/" : name));
                if (Files.isRegularFile(one)) {
                    Files.copy(one, out);
                }
            }
        }
        return jar;
    }

    private static double cpuSeconds(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    private static double megabytes(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    / 1024.0;
        }
    }
}

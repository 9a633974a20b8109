package io.leek.benchmarks;

import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Database;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Starts the process of one measurement, with the libraries of its contender alone, and reads its figures. */
final class Fork {

    private static final Duration TIMEOUT = Duration.ofMinutes(20);

    private final boolean isQuick;

    Fork(boolean isQuick) {
        this.isQuick = isQuick;
    }

    /**
     * @param folder for its temporary files and its output
     * @throws IOException where it ends without figures; the message has what it said last
     */
    Map<String, Double> run(Subject subject, Database database, Path folder) throws IOException, InterruptedException {
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + subject.measure().heapMegabytes() + "m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        classPath(subject.contender()),
                        Child.class.getName(),
                        subject.contender().id(),
                        subject.measure().id(),
                        isQuick ? "quick" : "full",
                        database.store().name(),
                        database.url(),
                        database.username(),
                        database.password())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("It was not finished after " + TIMEOUT.toMinutes() + " minutes");
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return Files.readAllLines(out).stream()
                .filter(line -> line.startsWith(Child.RESULT))
                .findAny()
                .map(line -> JsonMapper.shared()
                        .readValue(line.substring(Child.RESULT.length()), new TypeReference<Map<String, Double>>() {}))
                .orElseThrow(() -> new IOException(lastWords(process.exitValue(), err)));
    }

    private static String classPath(Contenders contender) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> contender.needs(Path.of(path).getFileName().toString()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String lastWords(int exit, Path err) {
        try {
            List<String> lines = Files.readAllLines(err);
            return lines.stream()
                    .filter(line -> !line.startsWith("\tat "))
                    .filter(line -> line.contains("Exception") || line.contains("Error"))
                    .reduce((first, second) -> second)
                    .orElse("it ended with code " + exit);
        } catch (IOException e) {
            return "it ended with code " + exit;
        }
    }
}

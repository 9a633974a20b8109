package io.leek.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** What memory processes take over time: resident, and live on the heap after a full collection. */
final class MemoryLog {

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern LIVE = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$");

    /** What a task may have on the heap: the picture and the halves that its thumbnails are made from. */
    private static final long PICTURE_KB = 16 * 1024;

    /** A JNI critical section, as image code has them, makes a collection fail without a word. */
    private static final int COLLECTIONS = 5;

    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

    void add(String name, ProcessHandle process) throws IOException, InterruptedException {
        long resident = resident(process);
        samples.computeIfAbsent(name, first -> new ArrayList<>()).add(new Sample(resident, live(process)));
    }

    /**
     * Compares the first and the last third of what was measured of each process. What grows does so in every sample; a
     * picture that is being shrunk, or a collection that could not be, shows in one.
     */
    void assertNotGrown() {
        samples.forEach((name, all) -> {
            assertThat(late(all, Sample::liveKb))
                    .as("live heap of the %s in kB, late in the run, of %s", name, all)
                    .isLessThan(early(all, Sample::liveKb) * 5 / 4 + PICTURE_KB);
            assertThat(late(all, Sample::residentKb))
                    .as("resident memory of the %s in kB, late in the run, of %s", name, all)
                    .isLessThan(early(all, Sample::residentKb) * 5 / 4 + 48 * 1024);
        });
    }

    /** The least of the first and the last third. */
    String summary() {
        List<String> lines = new ArrayList<>();
        samples.forEach((name, all) -> lines.add("%s resident %d -> %d MB, live heap %d -> %d MB (%d samples)"
                .formatted(
                        name,
                        early(all, Sample::residentKb) / 1024,
                        late(all, Sample::residentKb) / 1024,
                        early(all, Sample::liveKb) / 1024,
                        late(all, Sample::liveKb) / 1024,
                        all.size())));
        return String.join("; ", lines);
    }

    private static long early(List<Sample> all, ToLongFunction<Sample> figure) {
        return least(all.subList(0, third(all)), figure);
    }

    private static long late(List<Sample> all, ToLongFunction<Sample> figure) {
        return least(all.subList(all.size() - third(all), all.size()), figure);
    }

    private static int third(List<Sample> all) {
        return (all.size() + 2) / 3;
    }

    private static long least(List<Sample> some, ToLongFunction<Sample> figure) {
        return some.stream().mapToLong(figure).min().orElseThrow();
    }

    /** In kB; 0 where there is no {@code /proc}. */
    private static long resident(ProcessHandle process) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        return Files.exists(status)
                ? figures(RESIDENT, Files.readString(status)).findFirst().orElseThrow()
                : 0;
    }

    private static long live(ProcessHandle process) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.class_histogram\n".repeat(COLLECTIONS))
                .redirectErrorStream(true)
                .start();
        String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        return figures(LIVE, output).min().orElseThrow() / 1024;
    }

    private static LongStream figures(Pattern pattern, String text) {
        long[] figures = pattern.matcher(text)
                .results()
                .mapToLong(result -> Long.parseLong(result.group(1)))
                .toArray();
        if (figures.length == 0) {
            throw new AssertionError("Expected " + pattern + " in:\n" + text);
        }
        return LongStream.of(figures);
    }

    private record Sample(long residentKb, long liveKb) {}
}

package io.leek.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where it was measured. */
final class Machine {

    private static final int SYNCS = 200;
    private static final int PAGE = 4_096;

    private Machine() {}

    /** @param folder on the disk that the databases are on */
    static Map<String, String> describe(Path folder) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Processor", cpu() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
        facts.put("Memory", memoryGigabytes() + " GB");
        facts.put(
                "Disk",
                "%s, a 4 KB write and sync takes %.2f ms (median of %d)"
                        .formatted(Files.getFileStore(folder).type(), syncMillis(folder), SYNCS));
        facts.put("Kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        facts.put("Load before", loadAverage());
        return facts;
    }

    private static String cpu() throws IOException {
        return field(Path.of("/proc/cpuinfo"), "model name", System.getProperty("os.arch"));
    }

    private static long memoryGigabytes() throws IOException {
        String kilobytes = field(Path.of("/proc/meminfo"), "MemTotal", "0").replaceAll("[^0-9]", "");
        return Math.round(Long.parseLong(kilobytes) / 1024.0 / 1024.0);
    }

    private static String loadAverage() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).split(" ")[0] : "not known";
    }

    private static String field(Path file, String name, String otherwise) throws IOException {
        if (!Files.exists(file)) {
            return otherwise;
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .orElse(otherwise);
    }

    private static double syncMillis(Path folder) throws IOException {
        Path file = folder.resolve("sync");
        long[] nanos = new long[SYNCS];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < SYNCS; i++) {
                long before = System.nanoTime();
                channel.write(ByteBuffer.allocate(PAGE));
                channel.force(false);
                nanos[i] = System.nanoTime() - before;
            }
        } finally {
            Files.deleteIfExists(file);
        }
        Arrays.sort(nanos);
        return nanos[SYNCS / 2] / 1e6;
    }
}

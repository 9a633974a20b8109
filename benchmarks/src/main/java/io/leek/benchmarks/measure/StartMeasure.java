package io.leek.benchmarks.measure;

import io.leek.benchmarks.contender.Runs;
import io.leek.benchmarks.contender.Session;
import io.leek.benchmarks.contender.Workers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Time from the start of the JVM until the application is ready and until its first task runs, and its memory then. */
final class StartMeasure implements Measure {

    private static final int DEFAULT_CONNECTIONS = 10;
    private static final double MEGABYTE = 1024 * 1024;

    private final boolean hasTasks;

    StartMeasure(boolean hasTasks) {
        this.hasTasks = hasTasks;
    }

    @Override
    public Map<String, Double> run(Bench bench) throws Exception {
        Map<String, Double> figures = new LinkedHashMap<>();
        try (Session session = bench.open(Workers.ONE, DEFAULT_CONNECTIONS)) {
            figures.put("ready_ms", sinceStart());
            if (hasTasks) {
                bench.expectNext(1);
                session.contender().enqueue(bench.argument());
                if (!Runs.awaitFirst(bench.limits().firstRun())) {
                    throw new IllegalStateException(
                            "The task did not run within " + bench.limits().firstRun());
                }
                figures.put("first_task_ms", sinceStart());
            }
            System.gc();
            System.gc();
            MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
            figures.put("heap_mb", memory.getHeapMemoryUsage().getUsed() / MEGABYTE);
            figures.put("non_heap_mb", memory.getNonHeapMemoryUsage().getUsed() / MEGABYTE);
            figures.put("resident_mb", residentKilobytes() / 1024);
            figures.put("threads", (double) ManagementFactory.getThreadMXBean().getThreadCount());
            return figures;
        }
    }

    private static double sinceStart() {
        return System.currentTimeMillis()
                - (double) ManagementFactory.getRuntimeMXBean().getStartTime();
    }

    private static double residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                .findAny()
                .orElse(Double.NaN);
    }
}

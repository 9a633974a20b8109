package io.leek.benchmarks.measure;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** What this process has used up: processor time, and memory that the threads alive have allocated. */
record Costs(long cpuNanos, long allocatedBytes) {

    static Costs now() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
        return new Costs(system.getProcessCpuTime(), allocated);
    }

    Costs since(Costs before) {
        return new Costs(cpuNanos - before.cpuNanos, allocatedBytes - before.allocatedBytes);
    }
}

package io.leek.benchmarks.measure;

import java.util.Arrays;

/** Times that calls took, in nanoseconds. Belongs to one thread; joined with others' afterwards. */
final class Latencies {

    private long[] nanos = new long[1_024];
    private int count;

    void add(long value) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = value;
    }

    void addAll(Latencies others) {
        for (int i = 0; i < others.count; i++) {
            add(others.nanos[i]);
        }
    }

    int count() {
        return count;
    }

    /** The value that this share of all does not exceed, in microseconds. */
    double micros(double share) {
        if (count == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[Math.min(count - 1, (int) Math.floor(share * count))] / 1e3;
    }
}

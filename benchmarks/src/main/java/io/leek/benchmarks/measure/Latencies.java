package io.leek.benchmarks.measure;

/**
 * Times that calls took, in nanoseconds, exact to a half per cent in bounded memory: some make millions of calls a second.
 * Belongs to one thread; joined with others' afterwards.
 */
final class Latencies {

    /** Each power of two is parted into so many, as a power of two. */
    private static final int PRECISION = 7;

    private static final int PARTS = 1 << PRECISION;
    private static final int HIGHEST = Long.SIZE - 2 - PRECISION;

    private final long[] counts = new long[(HIGHEST + 2) * PARTS];
    private long count;

    void add(long nanos) {
        counts[index(Math.max(0, nanos))]++;
        count++;
    }

    void addAll(Latencies others) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += others.counts[i];
        }
        count += others.count;
    }

    long count() {
        return count;
    }

    /** The value that this share of all does not exceed, in microseconds. */
    double micros(double share) {
        if (count == 0) {
            return Double.NaN;
        }
        long left = Math.min(count - 1, (long) Math.floor(share * count));
        int index = 0;
        while (left >= counts[index]) {
            left -= counts[index++];
        }
        return middle(index) / 1e3;
    }

    private static int index(long nanos) {
        int shift = Math.max(0, HIGHEST - Long.numberOfLeadingZeros(nanos) + 1);
        return (shift << PRECISION) + (int) (nanos >>> shift);
    }

    private static double middle(int index) {
        if (index < 2 * PARTS) {
            return index;
        }
        int shift = (index >> PRECISION) - 1;
        long lowest = (long) (index - (shift << PRECISION)) << shift;
        return lowest + (1L << shift) / 2.0;
    }
}

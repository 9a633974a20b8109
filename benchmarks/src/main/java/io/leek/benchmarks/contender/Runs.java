package io.leek.benchmarks.contender;

import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;

/** Counts the tasks that have run, by the tasks themselves, in this JVM. */
public final class Runs {

    private static final int ARGUMENT_LENGTH = 30;
    private static final int PREFIX_LENGTH = 12;

    private static long from;
    private static int range;
    private static int expected;
    private static BitSet seen = new BitSet();
    private static int distinct;
    private static int repeated;
    private static long firstNanos;
    private static long lastNanos;

    private Runs() {}

    /** The argument of the task with this number, 30 bytes. */
    public static String argument(long number) {
        String digits = Long.toString(number);
        return "task-" + "0".repeat(ARGUMENT_LENGTH - 5 - digits.length()) + digits;
    }

    /** What every task does. */
    public static void ran(String argument) {
        long now = System.nanoTime();
        long number = Long.parseLong(argument, PREFIX_LENGTH, ARGUMENT_LENGTH, 10);
        synchronized (Runs.class) {
            long index = number - from;
            if (index < 0 || index >= range) {
                return;
            }
            if (seen.get((int) index)) {
                repeated++;
                return;
            }
            seen.set((int) index);
            distinct++;
            lastNanos = now;
            if (distinct == 1) {
                firstNanos = now;
            }
            if (distinct == 1 || distinct == expected) {
                Runs.class.notifyAll();
            }
        }
    }

    /** Counts from zero, and only tasks with these numbers. */
    public static synchronized void expect(long first, int count) {
        from = first;
        range = count;
        expected = count;
        seen = new BitSet(count);
        distinct = 0;
        repeated = 0;
    }

    /** Counts from zero: the next so many tasks, and those of before that have not run yet; returns how many together. */
    public static synchronized int expectAlso(int count) {
        expected += count - distinct;
        range += count;
        distinct = 0;
        repeated = 0;
        return expected;
    }

    public static boolean awaitFirst(Duration timeout) throws InterruptedException {
        return await(1, timeout);
    }

    public static boolean awaitAll(Duration timeout) throws InterruptedException {
        return await(Integer.MAX_VALUE, timeout);
    }

    public static synchronized Tally tally() {
        return new Tally(distinct, repeated, firstNanos, lastNanos);
    }

    private static synchronized boolean await(int count, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (distinct < Math.min(count, expected)) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(Runs.class, left);
        }
        return true;
    }

    /**
     * @param distinct tasks that have run
     * @param repeated runs of tasks that had run before
     */
    public record Tally(int distinct, int repeated, long firstNanos, long lastNanos) {

        /** Tasks a second between the first and the last. */
        public double rate() {
            return distinct < 2 ? 0 : (distinct - 1) * 1e9 / nanos();
        }

        /** Time between the first and the last, in nanoseconds. */
        public long nanos() {
            return lastNanos - firstNanos;
        }
    }
}

package io.leek.benchmarks;

import java.util.Locale;

/** A figure in a table, and how it reads. */
record Column(String figure, String heading, Unit unit) {

    enum Unit {
        /** Tasks a second: more is better. */
        RATE(true),
        /** Microseconds, shown in milliseconds. */
        LATENCY(false),
        /** The same, not to be compared. */
        ASIDE(false),
        MICROSECONDS(false),
        MILLISECONDS(false),
        MEGABYTES(false),
        /** Bytes, shown in kilobytes. */
        KILOBYTES(false),
        /** Not to be compared. */
        COUNT(false);

        private final boolean isMoreBetter;

        Unit(boolean isMoreBetter) {
            this.isMoreBetter = isMoreBetter;
        }

        private String format(double value) {
            return switch (this) {
                case RATE, MICROSECONDS, MILLISECONDS, MEGABYTES, COUNT -> String.format(Locale.ROOT, "%,.0f", value);
                case KILOBYTES -> String.format(Locale.ROOT, "%.1f", value / 1_024);
                case LATENCY, ASIDE -> String.format(Locale.ROOT, value < 100 ? "%.3f" : "%.2f", value / 1_000);
            };
        }
    }

    boolean isCompared() {
        return unit != Unit.COUNT && unit != Unit.ASIDE;
    }

    /** How many times better the first is than the second. */
    double advantage(double first, double second) {
        return unit.isMoreBetter ? first / second : second / first;
    }

    String format(Spread spread) {
        String median = unit.format(spread.median());
        return spread.min() == spread.max()
                ? median
                : "%s (%s–%s)".formatted(median, unit.format(spread.min()), unit.format(spread.max()));
    }

    static String times(double advantage) {
        return String.format(Locale.ROOT, advantage < 10 ? "%.2f ×" : "%,.0f ×", advantage);
    }
}

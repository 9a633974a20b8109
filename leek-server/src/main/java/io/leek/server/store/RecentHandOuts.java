package io.leek.server.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How many tasks of a queue were handed out in each of the short spans of its last period. A span counts as a whole until
 * its last moment is a period ago, so that there are never more in any period than the limit says, and a little less
 * where the queue is always full: a twentieth at most.
 */
final class RecentHandOuts {

    private static final int SPANS = 20;

    /** So much the clock may be set back; what is later still was taken before it was set by hand, and is forgotten. */
    private static final long MOST_AHEAD_MILLIS = Duration.ofSeconds(10).toMillis();

    private final RateLimit limit;
    private final long span;
    private final TreeMap<Long, Integer> counts = new TreeMap<>();

    RecentHandOuts(String text, RateLimit limit, Instant now) {
        this.limit = limit;
        span = limit.period().toMillis() / SPANS;
        if (!text.isEmpty()) {
            Arrays.stream(text.split(","))
                    .map(one -> one.split(":"))
                    .forEach(one -> counts.merge(Long.parseLong(one[0]), Integer.parseInt(one[1]), Integer::sum));
        }
        counts.headMap(now.toEpochMilli() - span - limit.period().toMillis(), true)
                .clear();
        counts.tailMap(now.toEpochMilli() + MOST_AHEAD_MILLIS, false).clear();
    }

    /** How many of those wanted may be handed out now; they count from then on. */
    int take(int wanted, Instant now) {
        int taken = Math.min(wanted, Math.max(0, limit.tasks() - sum()));
        if (taken > 0) {
            counts.merge(Math.floorDiv(now.toEpochMilli(), span) * span, taken, Integer::sum);
        }
        return taken;
    }

    /** When there is at least one more, where there is none now. */
    Instant again() {
        int left = sum();
        for (Map.Entry<Long, Integer> one : counts.entrySet()) {
            left -= one.getValue();
            if (left < limit.tasks()) {
                return Instant.ofEpochMilli(one.getKey() + span).plus(limit.period());
            }
        }
        throw new IllegalStateException("a limit of " + limit + " is not reached by nothing");
    }

    private int sum() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public String toString() {
        return counts.entrySet().stream()
                .map(one -> one.getKey() + ":" + one.getValue())
                .collect(Collectors.joining(","));
    }
}

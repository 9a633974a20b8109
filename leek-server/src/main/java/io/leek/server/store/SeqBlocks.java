package io.leek.server.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** Numbers rows from blocks of the sequence. Safe for use by many threads. */
final class SeqBlocks {

    private static final int BLOCK = 100;

    /**
     * A block is not used for longer: rows from elsewhere (another server, SQL by hand) get higher numbers meanwhile, and
     * later rows of ours would jump the queue.
     */
    private static final Duration MAX_AGE = Duration.ofSeconds(1);

    private final JdbcTemplate jdbc;
    private final String nextBlocks;
    private final Clock clock;
    private long next;
    private long end;
    private Instant fetchedAt = Instant.EPOCH;

    SeqBlocks(JdbcTemplate jdbc, StoreDatabase database, Clock clock) {
        this.jdbc = jdbc;
        this.nextBlocks = database.schema().in(database.dialect().nextBlocks());
        this.clock = clock;
    }

    /** So many numbers in ascending order. */
    long[] take(int count) {
        long[] numbers = new long[count];
        Instant now = clock.instant();
        int taken = fromCurrentBlock(numbers, now);
        if (taken < count) {
            int blocks = (count - taken + BLOCK - 1) / BLOCK;
            // Outside of the lock: who has a connection must not wait here for one who waits for a connection.
            List<Long> starts = jdbc.queryForList(nextBlocks, Long.class, blocks);
            fromBlocks(starts, numbers, taken, now);
        }
        return numbers;
    }

    private synchronized int fromCurrentBlock(long[] numbers, Instant now) {
        return now.isAfter(fetchedAt.plus(MAX_AGE)) ? 0 : fromBlock(numbers, 0);
    }

    private synchronized void fromBlocks(List<Long> starts, long[] numbers, int taken, Instant now) {
        fetchedAt = now;
        int filled = taken;
        for (long start : starts) {
            next = start;
            end = start + BLOCK;
            filled = fromBlock(numbers, filled);
        }
    }

    private int fromBlock(long[] numbers, int taken) {
        int filled = taken;
        while (filled < numbers.length && next < end) {
            numbers[filled++] = next++;
        }
        return filled;
    }
}

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
    synchronized long[] take(int count) {
        long[] numbers = new long[count];
        Instant now = clock.instant();
        int taken = now.isAfter(fetchedAt.plus(MAX_AGE)) ? 0 : fromBlock(numbers, 0);
        if (taken < count) {
            int blocks = (count - taken + BLOCK - 1) / BLOCK;
            List<Long> starts = jdbc.queryForList(nextBlocks, Long.class, blocks);
            fetchedAt = now;
            for (long start : starts) {
                next = start;
                end = start + BLOCK;
                taken = fromBlock(numbers, taken);
            }
        }
        return numbers;
    }

    private int fromBlock(long[] numbers, int taken) {
        int filled = taken;
        while (filled < numbers.length && next < end) {
            numbers[filled++] = next++;
        }
        return filled;
    }
}

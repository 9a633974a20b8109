package io.leek.task;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/** Makes task ids: UUID version 7 (RFC 9562, section 5.7), which sort by the millisecond they were made in. */
public final class TaskId {

    private static final SecureRandom RANDOM = new SecureRandom();

    private TaskId() {}

    public static String next(Clock clock) {
        // At once: a call to the generator costs more than its bytes, and nextLong makes two.
        byte[] bytes = new byte[2 * Long.BYTES];
        RANDOM.nextBytes(bytes);
        ByteBuffer random = ByteBuffer.wrap(bytes);
        long high = random.getLong();
        long low = random.getLong();
        long time = clock.millis() << 16;
        return new UUID(time | 0x7000L | (high & 0x0FFFL), (low & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L)
                .toString();
    }
}

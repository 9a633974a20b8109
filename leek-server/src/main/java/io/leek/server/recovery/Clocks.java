package io.leek.server.recovery;

import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a server tells the time by.
 *
 * @param wall this server's clock
 * @param nanoTime monotonic
 * @param database asks the database for its own clock
 */
public record Clocks(Clock wall, LongSupplier nanoTime, Supplier<Instant> database) {}

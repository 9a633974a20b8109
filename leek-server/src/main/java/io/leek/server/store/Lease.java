package io.leek.server.store;

import java.time.Instant;

/**
 * The right to run a task for a while.
 *
 * @param token random, fresh at each hand-out
 * @param serverId the server that handed it out
 */
public record Lease(String token, Instant startedAt, Instant until, String workerId, String serverId) {}

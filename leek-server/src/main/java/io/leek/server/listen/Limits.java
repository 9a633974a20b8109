package io.leek.server.listen;

import io.leek.server.dispatch.QueueLimit;

/**
 * What is too much for a server.
 *
 * @param maxLine the longest line in bytes
 */
public record Limits(int maxLine, QueueLimit queue) {}

package io.leek.server.dispatch;

import io.leek.server.store.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * What holds for one queue alone.
 *
 * @param rate how many of its tasks may be handed out in a period; null for any number
 */
public record QueueRules(@Nullable RateLimit rate) {}

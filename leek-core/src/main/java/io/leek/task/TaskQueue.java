package io.leek.task;

import java.time.Duration;

/**
 * A queue, as it was when it was asked for.
 *
 * @param size tasks that wait in it and are due, in no worker's hands
 * @param isPaused whether none of them is handed out
 * @param latency for how long the oldest of them has waited; zero where none waits
 */
public record TaskQueue(String name, long size, boolean isPaused, Duration latency) {}

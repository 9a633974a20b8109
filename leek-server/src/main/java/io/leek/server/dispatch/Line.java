package io.leek.server.dispatch;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one queue that one kind of worker can run.
 *
 * @param names what a Leek worker has announced; null for a plain Faktory worker, which takes every name
 */
record Line(String queue, @Nullable Set<String> names) {

    boolean takes(String queue, String name) {
        return this.queue.equals(queue) && (names == null || names.contains(name));
    }
}

package io.leek.server.recovery;

import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.Swept;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Deletes failed attempts whose task was purged: a page at a time, sooner after one that had some. */
final class StrayAttempts {

    /** Between pages that had none to delete. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    /** Tasks a page. */
    static final int PAGE = 500;

    private final TaskStore store;
    private final LongSupplier nanoTime;
    private @Nullable String last;
    private long dueAt;

    StrayAttempts(TaskStore store, LongSupplier nanoTime) {
        this.store = store;
        this.nanoTime = nanoTime;
        dueAt = nanoTime.getAsLong() + PAUSE.toNanos();
    }

    void sweep() {
        if (nanoTime.getAsLong() - dueAt < 0) {
            return;
        }
        Swept swept = store.sweepAttempts(last, PAGE);
        last = swept.last();
        dueAt = nanoTime.getAsLong() + (swept.deleted() > 0 ? 0 : PAUSE.toNanos());
    }
}

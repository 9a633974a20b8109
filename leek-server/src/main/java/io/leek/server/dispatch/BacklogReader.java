package io.leek.server.dispatch;

import io.leek.log.OncePerMinute;
import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.Claimable;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what waits in the store, in the background. */
final class BacklogReader {

    private static final Logger log = LoggerFactory.getLogger(BacklogReader.class);

    private final TaskStore store;
    private final Executor reads;
    private final Clock clock;
    private final OncePerMinute said;

    /** @param reads one thread */
    BacklogReader(TaskStore store, Executor reads, Clock clock, LongSupplier nanoTime) {
        this.store = store;
        this.reads = reads;
        this.clock = clock;
        said = new OncePerMinute(nanoTime);
    }

    /** Reads the next page of a window. */
    void load(Window window, Matching matching, Runnable loaded) {
        reads.execute(() -> {
            List<Claimable> page;
            try {
                page = store.claimable(
                        window.line().queue(),
                        window.line().names(),
                        clock.instant(),
                        window.pageAfter(),
                        window.pageLimit());
            } catch (RuntimeException e) {
                if (said.isDue("queue")) {
                    log.warn(
                            "Queue {} could not be read, it is tried again: {}",
                            window.line().queue(),
                            e.toString());
                }
                matching.loadFailed(window);
                return;
            }
            matching.loaded(window, page);
            loaded.run();
        });
    }

    /** Reads when the next task becomes due. */
    void readSchedule(Schedule schedule) {
        reads.execute(() -> {
            try {
                schedule.next(store.nextDue(clock.instant()).orElse(null));
            } catch (RuntimeException e) {
                if (said.isDue("schedule")) {
                    log.warn("The schedule could not be read, it is tried again: {}", e.toString());
                }
                schedule.unknown();
            }
        });
    }
}

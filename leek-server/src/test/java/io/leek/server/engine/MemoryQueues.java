package io.leek.server.engine;

import io.leek.server.store.QueueStore;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;

/** What is said of queues, in the engine in memory. */
final class MemoryQueues implements QueueStore {

    private final MemoryTables data;

    MemoryQueues(MemoryTables data) {
        this.data = data;
    }

    @Override
    public Set<String> paused() {
        return Set.copyOf(data.paused);
    }

    @Override
    public void pause(Collection<String> queues, Instant now) {
        data.paused.addAll(queues);
    }

    @Override
    public void resume(Collection<String> queues) {
        data.paused.removeAll(queues);
    }
}

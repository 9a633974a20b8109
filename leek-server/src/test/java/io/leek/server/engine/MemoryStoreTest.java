package io.leek.server.engine;

import io.leek.server.store.TaskQueryContract;
import io.leek.server.store.TaskStore;
import java.time.Clock;

/** The contract through its public parts only, as an engine of somebody else's would run it. */
class MemoryStoreTest extends TaskQueryContract {

    private final MemoryTables data = new MemoryTables();

    @Override
    protected TaskStore open(Clock clock) {
        return new MemoryStore(data, clock);
    }

    @Override
    protected void empty() {
        data.clear();
    }
}

package io.leek.server;

import io.leek.server.store.ManualCommitPools;
import io.leek.server.store.StoreSettings;
import org.junit.jupiter.api.AutoClose;

/** On an application's pool that leaves the commit to others. */
class PostgresManualCommitRecurringTest extends PostgresRecurringTest {

    @AutoClose
    private final ManualCommitPools pools = new ManualCommitPools();

    @Override
    StoreSettings.Location location() {
        return pools.of(super.location());
    }
}

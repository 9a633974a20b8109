package io.leek.server.store;

import org.junit.jupiter.api.AutoClose;

/** On an application's pool that leaves the commit to others. */
class H2ManualCommitLimitsTest extends H2ApplicationLimitsTest {

    @AutoClose
    private final ManualCommitPools pools = new ManualCommitPools();

    @Override
    StoreSettings.Location location() {
        return pools.of(super.location());
    }
}

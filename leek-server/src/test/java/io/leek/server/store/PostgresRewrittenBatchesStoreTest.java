package io.leek.server.store;

/** With a driver that makes one statement of a batch where it can, and then tells of no row what became of it. */
class PostgresRewrittenBatchesStoreTest extends PostgresTaskStoreTest {

    @Override
    StoreSettings.Location location() {
        return Postgres.rewritingBatches(Postgres.newDatabase());
    }
}

package io.leek.server;

import io.leek.server.store.Postgres;
import io.leek.server.store.StoreSettings;

class PostgresApplicationTransactionTest extends ApplicationTransactionContract {

    @Override
    StoreSettings.Location location() {
        return Postgres.newDatabase();
    }
}

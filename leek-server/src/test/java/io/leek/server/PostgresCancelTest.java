package io.leek.server;

import io.leek.server.store.Postgres;
import io.leek.server.store.StoreSettings;

class PostgresCancelTest extends CancelContract {

    @Override
    StoreSettings.Location location() {
        return Postgres.newDatabase();
    }
}

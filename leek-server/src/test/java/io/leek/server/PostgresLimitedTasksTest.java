package io.leek.server;

import io.leek.server.store.Postgres;
import io.leek.server.store.StoreSettings;

class PostgresLimitedTasksTest extends LimitedTasksContract {

    @Override
    StoreSettings.Location location() {
        return Postgres.newDatabase();
    }
}

package io.leek.server;

import io.leek.server.store.Postgres;
import io.leek.server.store.StoreSettings;

class PostgresBacklogTest extends BacklogContract {

    @Override
    StoreSettings.Location location() {
        return Postgres.newDatabase();
    }

    @Override
    String numbers(int count) {
        return "generate_series(1, " + count + ") AS x";
    }
}

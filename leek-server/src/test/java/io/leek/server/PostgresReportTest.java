package io.leek.server;

import io.leek.server.store.Postgres;
import io.leek.server.store.StoreSettings;

class PostgresReportTest extends ReportContract {

    @Override
    StoreSettings.Location location() {
        return Postgres.newDatabase();
    }
}

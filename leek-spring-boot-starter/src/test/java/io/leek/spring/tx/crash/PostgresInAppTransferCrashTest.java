package io.leek.spring.tx.crash;

import java.nio.file.Path;

class PostgresInAppTransferCrashTest extends TransferCrashContract {

    @Override
    House house(Path folder, boolean isLong) throws Exception {
        return OneProcess.onPostgres(folder.toAbsolutePath());
    }
}

package io.leek.spring.tx.crash;

import java.nio.file.Path;

class PostgresTransferCrashTest extends TransferCrashContract {

    @Override
    House house(Path folder, boolean isLong) throws Exception {
        return new SeveralProcesses(folder.toAbsolutePath(), isLong);
    }
}

package io.leek.spring.tx.crash;

import java.nio.file.Path;

class H2TransferCrashTest extends TransferCrashContract {

    @Override
    House house(Path folder, boolean isLong) throws Exception {
        return OneProcess.onH2(folder.toAbsolutePath());
    }
}

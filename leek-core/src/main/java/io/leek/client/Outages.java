package io.leek.client;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that a server is gone and once that it is back, however many connections there are. */
final class Outages {

    private static final Logger log = LoggerFactory.getLogger("io.leek");

    private final AtomicBoolean down = new AtomicBoolean();

    void began(Supplier<ServerAddress> address, Throwable cause) {
        if (down.compareAndSet(false, true)) {
            log.warn(
                    "{}. Offloading fails until it is there; connecting goes on in the background. "
                            + "Start it with: java -jar leek-server.jar",
                    Unavailable.because(address, "is not there", false, cause).getMessage());
        }
    }

    void over(Supplier<ServerAddress> address) {
        if (down.compareAndSet(true, false)) {
            log.info("The Leek server at {} is there", address.get());
        }
    }
}

package io.leek.client;

import io.leek.log.OncePerMinute;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that a server is gone, once a minute at most, and that it is back, however many connections there are. */
final class Outages {

    private static final Logger log = LoggerFactory.getLogger("io.leek");

    private final OncePerMinute said = new OncePerMinute();
    private final AtomicBoolean down = new AtomicBoolean();

    void began(Supplier<ServerAddress> address, Throwable cause) {
        // Of a server that comes and goes, an outage counts as said together with the one before.
        if (!down.get() && said.isDue("outage") && down.compareAndSet(false, true)) {
            log.warn(
                    "{}. Until it is there only transactions on the database that keeps the tasks can offload;"
                            + " connecting goes on in the background.{}",
                    Unavailable.because(address, "is not there", false, cause).getMessage(),
                    Unavailable.addressOf(address).local() == null ? " Start it with: java -jar leek-server.jar" : "");
        }
    }

    void over(Supplier<ServerAddress> address) {
        if (down.compareAndSet(true, false)) {
            log.info("The Leek server at {} is there", address.get());
        }
    }
}

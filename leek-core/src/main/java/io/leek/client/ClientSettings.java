package io.leek.client;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * How to talk to a server.
 *
 * @param address asked anew at each attempt to connect
 * @param timeout the longest that one request takes, the wait for a connection included
 * @param labels what the server shows about this client
 */
public record ClientSettings(Supplier<ServerAddress> address, Duration timeout, List<String> labels) {

    public ClientSettings {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("leek.client.timeout must be more than zero, but was " + timeout);
        }
        labels = List.copyOf(labels);
    }
}

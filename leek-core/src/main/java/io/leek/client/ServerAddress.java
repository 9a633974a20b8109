package io.leek.client;

import org.jspecify.annotations.Nullable;

/**
 * Where a server listens.
 *
 * @param password null where the server asks for none
 */
public record ServerAddress(String host, int port, @Nullable String password) {

    @Override
    public String toString() {
        return host + ":" + port;
    }
}

package io.leek.client;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens.
 *
 * @param password null where the server asks for none
 * @param local where it takes clients of its own process without a socket; null for a server that is reached by host and
 *     port
 */
public record ServerAddress(
        String host,
        int port,
        @Nullable String password,
        @Nullable SocketAddress local) {

    public ServerAddress(String host, int port, @Nullable String password) {
        this(host, port, password, null);
    }

    /** The address of a server in this process. */
    public static ServerAddress local(SocketAddress address, @Nullable String password) {
        return new ServerAddress("localhost", 0, password, address);
    }

    @Override
    public String toString() {
        return local == null ? host + ":" + port : "localhost (in this process)";
    }
}

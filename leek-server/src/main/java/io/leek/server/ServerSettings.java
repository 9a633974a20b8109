package io.leek.server;

import io.leek.server.listen.Access;
import io.leek.server.store.StoreSettings;
import java.time.Duration;
import java.util.List;

/**
 * What a server needs to start.
 *
 * @param bind where to listen
 * @param maxLine longest line in bytes
 */
public record ServerSettings(
        StoreSettings store,
        List<BindAddress> bind,
        Access access,
        int maxCrashes,
        Duration unknownAfter,
        int maxLine) {

    public ServerSettings {
        bind = List.copyOf(bind);
        for (BindAddress address : bind) {
            if (!address.isLoopback() && access.password() == null) {
                throw new OpenBindException(address);
            }
        }
    }

    public static ServerSettings of(
            ServerProperties properties, StoreSettings store, List<BindAddress> bind, Access access) {
        return new ServerSettings(store, bind, access, properties.maxCrashes(), properties.unknownAfter(), (int)
                properties.maxLine().toBytes());
    }
}

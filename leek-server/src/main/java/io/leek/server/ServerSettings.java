package io.leek.server;

import io.leek.server.dispatch.QueueLimit;
import io.leek.server.dispatch.QueueRules;
import io.leek.server.listen.Access;
import io.leek.server.recovery.Retention;
import io.leek.server.store.StoreSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a server needs to start.
 *
 * @param bind where to listen
 * @param maxLine longest line in bytes
 */
public record ServerSettings(StoreSettings store, List<BindAddress> bind, Access access, Rules rules, int maxLine) {

    /**
     * When tasks are given up, when they are forgotten, and when they are not taken.
     *
     * @param maxCrashes how often a task may take its process down
     * @param unknownAfter how long tasks wait for a worker that knows their name
     * @param maxQueued the most queued tasks, {@link QueueLimit#NONE} for no limit
     * @param queues what holds for single queues, by name
     */
    public record Rules(
            int maxCrashes,
            Duration unknownAfter,
            Retention.Settings retention,
            long maxQueued,
            Map<String, QueueRules> queues) {}

    public ServerSettings {
        bind = List.copyOf(bind);
        for (BindAddress address : bind) {
            if (!address.isLoopback() && access.password() == null) {
                throw new OpenBindException(address);
            }
        }
    }

    public static ServerSettings of(
            ServerProperties properties,
            RetentionProperties retention,
            QueuesProperties queues,
            StoreSettings store,
            List<BindAddress> bind,
            Access access) {
        long maxQueued = properties.maxQueued() == null ? QueueLimit.NONE : properties.maxQueued();
        Rules rules = new Rules(
                properties.maxCrashes(), properties.unknownAfter(), retention.settings(), maxQueued, queues.rules());
        return new ServerSettings(
                store, bind, access, rules, (int) properties.maxLine().toBytes());
    }
}

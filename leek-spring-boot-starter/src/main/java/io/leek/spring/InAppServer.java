package io.leek.spring;

import io.leek.client.ServerAddress;
import io.leek.server.BindAddress;
import io.leek.server.LeekServer;
import io.leek.server.QueuesProperties;
import io.leek.server.RetentionProperties;
import io.leek.server.ServerProperties;
import io.leek.server.ServerSettings;
import io.leek.server.listen.Access;
import io.leek.server.store.StoreSettings;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

/** The server lives from this bean's creation on, and stops and starts with the context. */
class InAppServer implements SmartLifecycle, AutoCloseable {

    private final LeekProperties properties;
    private final ServerProperties serverProperties;
    private final RetentionProperties retention;
    private final QueuesProperties queues;
    private final DataFolder dataFolder;
    private final StoreChoice choice;
    private volatile SharedServers.@Nullable Lease lease;

    InAppServer(
            LeekProperties properties,
            ServerProperties serverProperties,
            RetentionProperties retention,
            QueuesProperties queues,
            ConfigurableListableBeanFactory beanFactory,
            Environment environment) {
        this.properties = properties;
        this.serverProperties = serverProperties;
        this.retention = retention;
        this.queues = queues;
        dataFolder = DataFolder.of(serverProperties.dataDir(), environment);
        choice = new StoreChoice(beanFactory, properties.store(), serverProperties, dataFolder.path());
        start();
    }

    ServerLocation location() {
        return new ServerLocation(
                this::address,
                this::storeId,
                () -> server().workerId("in-app-" + UUID.randomUUID().toString().substring(0, 8)),
                this::answer,
                () -> "in-app: tasks are kept in " + server().store() + choice.because());
    }

    @Override
    public final synchronized void start() {
        if (lease == null) {
            lease = SharedServers.open(settings());
        }
    }

    @Override
    public synchronized void stop() {
        if (lease != null) {
            lease.close();
            lease = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return lease != null;
    }

    @Override
    public int getPhase() {
        return Phases.SERVER;
    }

    @Override
    public void close() {
        stop();
        dataFolder.delete();
    }

    private ServerSettings settings() {
        StoreSettings store = new StoreSettings(choice.location(), properties.schema(), serverProperties.migrate());
        List<BindAddress> bind =
                properties.bind().stream().map(BindAddress::parse).toList();
        Access access = new Access(properties.password(), serverProperties.allowWeakHash());
        return ServerSettings.of(serverProperties, retention, queues, store, bind, access);
    }

    private LeekServer server() {
        return lease().server();
    }

    private ServerAddress address() {
        SharedServers.Lease current = lease();
        return ServerAddress.local(current.server().localAddress(), current.password());
    }

    private @Nullable String storeId() {
        SharedServers.Lease current = lease;
        return current == null ? null : current.server().storeId();
    }

    /** Without the lock: nobody is to wait for a server that starts or stops. */
    private SharedServers.Lease lease() {
        SharedServers.Lease current = lease;
        if (current == null) {
            throw new IllegalStateException("the server in this application is stopped");
        }
        return current;
    }

    private CompletableFuture<Reply> answer(Command command, Duration patience) {
        return server().answer(command, patience);
    }
}

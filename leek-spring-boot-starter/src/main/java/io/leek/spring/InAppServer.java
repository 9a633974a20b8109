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
import io.leek.wire.Command.Written;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

/** The server lives from this bean's creation on, and stops and starts with the context. */
class InAppServer implements SmartLifecycle, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(InAppServer.class);

    private final LeekProperties properties;
    private final ServerProperties serverProperties;
    private final RetentionProperties retention;
    private final QueuesProperties queues;
    private final DataFolder dataFolder;
    private final StoreChoice choice;
    private final String password;
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
        password = properties.password() == null ? oneRunPassword() : properties.password();
        start();
    }

    ServerLocation location() {
        return new ServerLocation(
                this::address,
                this::storeId,
                () -> server().workerId("in-app-" + UUID.randomUUID().toString().substring(0, 8)),
                this::wake,
                () -> "in-app: tasks are kept in " + server().store() + choice.because());
    }

    @Override
    public final synchronized void start() {
        if (lease == null) {
            lease = SharedServers.open(settings(), password);
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
        List<BindAddress> bind = properties.bind().isEmpty()
                ? List.of(new BindAddress("127.0.0.1", 0))
                : properties.bind().stream().map(BindAddress::parse).toList();
        // What a user binds needs a user's password; what nobody knows of gets one that nobody knows.
        String asked = properties.bind().isEmpty() ? password : properties.password();
        return ServerSettings.of(
                serverProperties, retention, queues, store, bind, new Access(asked, serverProperties.allowWeakHash()));
    }

    private synchronized LeekServer server() {
        if (lease == null) {
            throw new IllegalStateException("the in-app server is stopped");
        }
        return lease.server();
    }

    private ServerAddress address() {
        InetSocketAddress address = server().addresses().get(0);
        return new ServerAddress(address.getAddress().getHostAddress(), address.getPort(), lease().password());
    }

    private synchronized @Nullable String storeId() {
        return lease == null ? null : lease.server().storeId();
    }

    private synchronized SharedServers.Lease lease() {
        if (lease == null) {
            throw new IllegalStateException("the in-app server is stopped");
        }
        return lease;
    }

    /** It never waits, also while the server starts or stops, and never fails: the server finds the rows anyway. */
    private void wake(List<Written> tasks) {
        SharedServers.Lease current = lease;
        if (current != null) {
            try {
                current.server().wake(tasks);
            } catch (RuntimeException e) {
                log.debug("The server was not told of {} rows, and finds them later", tasks.size(), e);
            }
        }
    }

    private static String oneRunPassword() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}

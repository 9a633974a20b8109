package io.leek.server;

import io.leek.server.dispatch.Attempts;
import io.leek.server.dispatch.Dispatcher;
import io.leek.server.dispatch.Joining;
import io.leek.server.listen.BindException;
import io.leek.server.listen.Listener;
import io.leek.server.listen.LocalRequests;
import io.leek.server.listen.Requests;
import io.leek.server.recovery.Retention;
import io.leek.server.recovery.Upkeep;
import io.leek.server.recovery.WorkerIds;
import io.leek.server.recurring.RecurringTasks;
import io.leek.server.store.StoreSettings;
import io.leek.server.store.TaskStore;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** A running server. Starting it opens the store and the ports; closing it releases both. */
public final class LeekServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LeekServer.class);

    private final AnnotationConfigApplicationContext context;
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private String storeId = "";
    private volatile @Nullable LocalRequests local;

    private LeekServer(AnnotationConfigApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts a server.
     *
     * @throws io.leek.server.store.StoreException where the store can't be opened
     * @throws BindException where a port can't be had
     */
    public static LeekServer start(ServerSettings settings) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.setDisplayName("leek-server");
        context.registerBean(ServerSettings.class, () -> settings);
        context.registerBean(StoreSettings.class, settings::store);
        context.registerBean(Clock.class, Clock::systemUTC);
        context.register(ServerConfiguration.class);
        LeekServer server = new LeekServer(context);
        try {
            context.refresh();
            server.open(settings);
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
        return server;
    }

    /** Where it listens, the first for clients on this machine; none where it was told of none. */
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** Where clients of this process connect without a socket. */
    public SocketAddress localAddress() {
        return context.getBean(Listener.class).local();
    }

    /** Which database it keeps tasks in. */
    public String store() {
        return context.getBean(TaskStore.class).description();
    }

    /** The id of that database's tables. */
    public String storeId() {
        return storeId;
    }

    /**
     * Answers a command of this process that needs no connection, such as a push; by a socket it takes longer. The future
     * does not fail: what a socket would bring is a reply here, too.
     *
     * @param patience how long to wait while the server has too much to do
     * @throws java.util.concurrent.RejectedExecutionException where that was not long enough; nothing was tried then
     * @throws IllegalStateException once this server is being closed
     */
    public CompletableFuture<Reply> answer(Command command, Duration patience) {
        LocalRequests open = local;
        if (open == null) {
            throw new IllegalStateException("the server in this application is stopped");
        }
        return open.answer(command, patience);
    }

    /** The id for a worker that ends when this server does. */
    public String workerId(String suffix) {
        return WorkerIds.of(context.getBean(ServerConfiguration.ServerId.class).value(), suffix);
    }

    /** Whether the worker of this id, one of {@link #workerId}, has ever joined; it may be gone since. */
    public boolean hasJoined(String workerId) {
        return context.getBean(Joining.class).hasJoined(workerId);
    }

    /** The process of this worker has ended: what it ran runs again. */
    public void workerGone(String workerId) {
        Attempts attempts = context.getBean(Attempts.class);
        attempts.workerGone(workerId);
        context.getBean(Dispatcher.class).workers().ofProcess(workerId).forEach(attempts::workerGone);
    }

    /** Takes no new connections, ends all waits, commits what is pending, then releases ports and store. */
    @Override
    public void close() {
        // The caller's thread may have been interrupted, and an interrupt inside H2 breaks off its writing.
        CompletableFuture.runAsync(this::release, release -> new Thread(release, "leek-close").start())
                .join();
    }

    private void release() {
        local = null;
        context.getBean(Listener.class).closePorts();
        context.getBean(Dispatcher.class).stop();
        context.close();
    }

    private void open(ServerSettings settings) {
        storeId = context.getBean(TaskStore.class).id();
        context.getBean(Upkeep.class).start();
        context.getBean(Retention.class).start();
        context.getBean(RecurringTasks.class).start();
        Listener listener = context.getBean(Listener.class);
        for (BindAddress bind : settings.bind()) {
            open(listener, bind);
        }
        local = context.getBean(Requests.class).local();
        if (!addresses.isEmpty()) {
            log.info("Leek listens at {} ({}), tasks are kept in {}", addresses, settings.access(), store());
        }
    }

    private void open(Listener listener, BindAddress bind) {
        int port = bind.port();
        boolean isFirst = true;
        for (InetSocketAddress address : bind.resolve()) {
            try {
                InetSocketAddress bound = listener.bind(new InetSocketAddress(address.getAddress(), port));
                addresses.add(bound);
                port = bound.getPort();
            } catch (BindException e) {
                // Many machines have no IPv6 loopback; localhost is then the IPv4 one.
                if (isFirst) {
                    throw e;
                }
                log.debug("{} is left out", address, e);
            }
            isFirst = false;
        }
    }
}

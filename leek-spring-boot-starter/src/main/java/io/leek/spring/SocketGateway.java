package io.leek.spring;

import io.leek.LeekUnavailableException;
import io.leek.client.Connector;
import io.leek.client.LeekClient;
import io.leek.client.TaskGateway;
import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskQueue;
import io.leek.wire.Command.Written;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.node.ObjectNode;

/** The client, open from the context's creation on, and closed while the context is stopped. */
class SocketGateway implements TaskGateway, SmartLifecycle, AutoCloseable {

    private final Connector connector;
    private final ServerLocation location;
    private volatile @Nullable LeekClient client;

    SocketGateway(Connector connector, ServerLocation location) {
        this.connector = connector;
        this.location = location;
        client = open();
    }

    private LeekClient open() {
        return location.here() == null ? new LeekClient(connector) : new LeekClient(connector, location.here());
    }

    @Override
    public List<Pushed> push(List<ObjectNode> tasks) {
        return client().push(tasks);
    }

    @Override
    public Optional<Task> find(String id) {
        return client().find(id);
    }

    @Override
    public CompletableFuture<Task> whenFinished(String id) {
        return client().whenFinished(id);
    }

    @Override
    public List<Task> list(TaskQuery query) {
        return client().list(query);
    }

    @Override
    public long count(TaskQuery query) {
        return client().count(query);
    }

    @Override
    public boolean retry(String id) {
        return client().retry(id);
    }

    @Override
    public long retryAll(TaskQuery query) {
        return client().retryAll(query);
    }

    @Override
    public List<TaskQueue> queues() {
        return client().queues();
    }

    @Override
    public void pause(String queue) {
        client().pause(queue);
    }

    @Override
    public void resume(String queue) {
        client().resume(queue);
    }

    @Override
    public boolean cancel(String id) {
        return client().cancel(id);
    }

    @Override
    public @Nullable String storeId() {
        String here = location.storeId().get();
        LeekClient open = client;
        return here != null || open == null ? here : open.storeId();
    }

    @Override
    public void wake(List<Written> tasks) {
        LeekClient open = client;
        if (open != null) {
            open.wake(tasks);
        }
    }

    @Override
    public synchronized void start() {
        if (client == null) {
            client = open();
        }
    }

    @Override
    public synchronized void stop() {
        LeekClient open = client;
        client = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** The client is open before the first start, for beans that offload while the context is made. */
    @Override
    public boolean isRunning() {
        return client != null;
    }

    @Override
    public int getPhase() {
        return Phases.CLIENT;
    }

    private LeekClient client() {
        LeekClient open = client;
        if (open == null) {
            throw new LeekUnavailableException(
                    "This application is stopping, and its connection to the Leek server is closed",
                    "localhost",
                    0,
                    null,
                    false,
                    null);
        }
        return open;
    }
}

package io.leek.client;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** Opens connections to one server; all of them share one thread. */
public final class Connector implements AutoCloseable {

    private final ClientSettings settings;
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("leek-client", true), NioIoHandler.newFactory());
    private final Outages outages = new Outages();

    public Connector(ClientSettings settings) {
        this.settings = settings;
    }

    public ClientSettings settings() {
        return settings;
    }

    /** A producer's connection. */
    public Connection open() {
        return new Connection(settings, null, null, group.next(), outages);
    }

    /** A producer's connection that has something to say first. */
    Connection open(Greeting greeting) {
        return new Connection(settings, null, greeting, group.next(), outages);
    }

    /** A worker's connection. */
    public Connection open(String wid, Greeting greeting) {
        return new Connection(settings, wid, greeting, group.next(), outages);
    }

    /** A worker's connection that has nothing to say first. */
    public Connection open(String wid) {
        return new Connection(settings, wid, null, group.next(), outages);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}

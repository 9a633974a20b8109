package io.leek.client;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** Opens connections to one server; all of them share one thread. */
public final class Connector implements AutoCloseable {

    private final ClientSettings settings;
    private final MultiThreadIoEventLoopGroup group;
    private final Outages outages = new Outages();

    private Connector(ClientSettings settings, IoHandlerFactory transport) {
        this.settings = settings;
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("leek-client", true), transport);
    }

    public Connector(ClientSettings settings) {
        this(settings, NioIoHandler.newFactory());
    }

    /** Opens connections to a server in this process, whose ends of them run on the same thread. */
    public static Connector local(ClientSettings settings) {
        return new Connector(settings, LocalIoHandler.newFactory());
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

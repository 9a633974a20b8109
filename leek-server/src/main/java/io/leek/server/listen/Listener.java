package io.leek.server.listen;

import io.leek.wire.Pipeline;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The open ports, and the way in for this process. */
public final class Listener implements AutoCloseable {

    private final Requests requests;
    private final Access access;
    private final List<EventLoopGroup> groups = new ArrayList<>();
    private @Nullable EventLoopGroup sockets;
    private @Nullable SocketAddress local;
    private final ChannelGroup sessions = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final List<Channel> ports = new ArrayList<>();
    private volatile boolean closed;

    public Listener(Requests requests, Access access) {
        this.requests = requests;
        this.access = access;
    }

    /**
     * Opens a port.
     *
     * @return the address it has got, with the port that was free where it asked for port 0
     * @throws BindException where it can't be had
     * @throws IllegalStateException once the ports are closed
     */
    public synchronized InetSocketAddress bind(InetSocketAddress address) {
        requireOpen();
        if (sockets == null) {
            sockets = group(2, NioIoHandler.newFactory());
        }
        ChannelFuture bound = new ServerBootstrap()
                .group(sockets)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(sessions())
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new BindException(address, bound.cause());
        }
        ports.add(bound.channel());
        return (InetSocketAddress) bound.channel().localAddress();
    }

    /**
     * Where clients of this process come in without a socket; opened by the first who asks.
     *
     * @throws IllegalStateException once the ports are closed
     */
    public synchronized SocketAddress local() {
        requireOpen();
        if (local == null) {
            local = openLocal();
        }
        return local;
    }

    private SocketAddress openLocal() {
        ChannelFuture bound = new Bootstrap()
                .group(group(1, LocalIoHandler.newFactory()))
                .channelFactory(LocalPort::new)
                .handler(new LocalPort.Acceptor(sessions()))
                .bind(LocalAddress.ANY)
                .syncUninterruptibly();
        ports.add(bound.channel());
        return bound.channel().localAddress();
    }

    /** Takes no new connections; those there are go on. */
    public synchronized void closePorts() {
        closed = true;
        ports.forEach(port -> port.close().awaitUninterruptibly());
    }

    @Override
    public void close() {
        closePorts();
        sessions.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
        groups.forEach(group -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS));
        groups.forEach(group -> group.terminationFuture().awaitUninterruptibly(2, TimeUnit.SECONDS));
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This server has closed its ports");
        }
    }

    private EventLoopGroup group(int threads, IoHandlerFactory transport) {
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("leek-listen", true), transport);
        groups.add(group);
        return group;
    }

    private ChannelInitializer<Channel> sessions() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                sessions.add(channel);
                if (closed) {
                    // It was taken before; in this process its thread goes on after the server's end.
                    channel.close();
                    return;
                }
                Pipeline.server(channel.pipeline(), requests.maxLine(), new Session(requests, access));
            }
        };
    }
}

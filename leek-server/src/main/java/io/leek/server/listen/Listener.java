package io.leek.server.listen;

import io.leek.wire.Pipeline;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The open ports. */
public final class Listener implements AutoCloseable {

    private final Requests requests;
    private final Access access;
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            2, new DefaultThreadFactory("leek-listen", true), NioIoHandler.newFactory());
    private final ChannelGroup sessions = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final List<Channel> ports = new ArrayList<>();

    public Listener(Requests requests, Access access) {
        this.requests = requests;
        this.access = access;
    }

    /**
     * Opens a port.
     *
     * @return the address it has got, with the port that was free where it asked for port 0
     * @throws BindException where it can't be had
     */
    public InetSocketAddress bind(InetSocketAddress address) {
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        sessions.add(channel);
                        Pipeline.server(channel.pipeline(), requests.maxLine(), new Session(requests, access));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new BindException(address, bound.cause());
        }
        ports.add(bound.channel());
        return (InetSocketAddress) bound.channel().localAddress();
    }

    /** Takes no new connections; those there are go on. */
    public void closePorts() {
        ports.forEach(port -> port.close().awaitUninterruptibly());
    }

    @Override
    public void close() {
        closePorts();
        sessions.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}

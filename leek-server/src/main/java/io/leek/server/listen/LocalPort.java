package io.leek.server.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;

/**
 * A way in for clients of this process. Both ends of a connection run on the client's thread, so that what one writes is
 * read by the other without waking a thread.
 */
final class LocalPort extends LocalServerChannel {

    @Override
    protected LocalChannel newLocalChannel(LocalChannel client) {
        return new ServerEnd(this, client);
    }

    private static final class ServerEnd extends LocalChannel {

        private final EventLoop loop;

        ServerEnd(LocalServerChannel port, LocalChannel client) {
            super(port, client);
            loop = client.eventLoop();
        }
    }

    static final class Acceptor extends ChannelInboundHandlerAdapter {

        private final ChannelHandler session;

        Acceptor(ChannelHandler session) {
            this.session = session;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            Channel channel = (Channel) accepted;
            channel.pipeline().addLast(session);
            ((ServerEnd) accepted).loop.register(channel);
        }
    }
}

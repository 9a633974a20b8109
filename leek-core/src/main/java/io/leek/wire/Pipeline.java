package io.leek.wire;

import io.leek.task.TaskJson;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.local.LocalChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.MessageToByteEncoder;
import io.netty.handler.codec.MessageToMessageDecoder;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Turns bytes into {@link Command} and {@link Reply} and back; within a process they pass as they are. */
public final class Pipeline {

    private static final int MESSAGES_AT_ONCE = 256;

    private Pipeline() {}

    /**
     * A server's end. A line past the bound surfaces as a {@link io.netty.handler.codec.TooLongFrameException}.
     *
     * @param maxLine bytes in a line
     */
    public static void server(ChannelPipeline pipeline, int maxLine, ChannelHandler session) {
        if (isWithinProcess(pipeline.channel())) {
            pipeline.addLast(new LaterFlush(), session);
            return;
        }
        pipeline.addLast(
                flushing(),
                new LineBasedFrameDecoder(maxLine, true, true),
                new CommandDecoder(),
                new ReplyEncoder(),
                session);
    }

    /**
     * A client's end.
     *
     * @param maxBulk bytes in a reply
     */
    public static void client(ChannelPipeline pipeline, int maxBulk, ChannelHandler connection) {
        if (isWithinProcess(pipeline.channel())) {
            pipeline.addLast(new LaterFlush(), connection);
        } else {
            pipeline.addLast(flushing(), new ReplyDecoder(maxBulk), new CommandEncoder(), connection);
        }
    }

    /** Readies a channel for messages instead of bytes, of which it would read one at a time. */
    private static boolean isWithinProcess(Channel channel) {
        if (!(channel instanceof LocalChannel)) {
            return false;
        }
        channel.config()
                .setRecvByteBufAllocator(new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(MESSAGES_AT_ONCE));
        return true;
    }

    /** What is written one after the other goes to the socket in one call. */
    private static ChannelHandler flushing() {
        return new FlushConsolidationHandler(FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true);
    }

    /**
     * Where both ends share a thread, a flush takes what is written all the way through the other end and back. What is
     * flushed meanwhile would stay, as a channel does nothing while it flushes already.
     */
    private static final class LaterFlush extends ChannelOutboundHandlerAdapter {

        private boolean isDue;

        @Override
        public void flush(ChannelHandlerContext context) {
            if (!isDue) {
                isDue = true;
                context.executor().execute(() -> flushNow(context));
            }
        }

        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            flushNow(context);
            context.close(promise);
        }

        private void flushNow(ChannelHandlerContext context) {
            if (isDue) {
                isDue = false;
                context.flush();
            }
        }
    }

    private static final class CommandDecoder extends MessageToMessageDecoder<ByteBuf> {

        CommandDecoder() {
            super(ByteBuf.class);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf line, List<Object> out) {
            out.add(Commands.parse(line.toString(StandardCharsets.UTF_8)));
        }
    }

    private static final class CommandEncoder extends MessageToByteEncoder<Command> {

        CommandEncoder() {
            super(Command.class);
        }

        @Override
        protected void encode(ChannelHandlerContext context, Command command, ByteBuf out) {
            ByteBufUtil.writeUtf8(out, command.verb());
            String argument = command.argument();
            if (!argument.isEmpty()) {
                out.writeByte(' ');
                ByteBufUtil.writeUtf8(out, argument);
            }
            crlf(out);
        }
    }

    private static final class ReplyEncoder extends MessageToByteEncoder<Reply> {

        ReplyEncoder() {
            super(Reply.class);
        }

        @Override
        protected void encode(ChannelHandlerContext context, Reply reply, ByteBuf out) {
            if (reply instanceof Reply.Text text) {
                line(out, '+', text.text());
            } else if (reply instanceof Reply.Failure failure) {
                line(out, '-', failure.code() + " " + failure.message());
            } else if (reply instanceof Reply.Bulk bulk) {
                bulk(out, bulk.json());
            } else if (reply instanceof Reply.Tasks tasks) {
                bulk(out, "[" + String.join(",", TaskJson.texts(tasks.records())) + "]");
            } else {
                line(out, '$', "-1");
            }
        }

        private static void bulk(ByteBuf out, String json) {
            line(out, '$', Integer.toString(ByteBufUtil.utf8Bytes(json)));
            ByteBufUtil.writeUtf8(out, json);
            crlf(out);
        }

        private static void line(ByteBuf out, char first, String text) {
            out.writeByte(first);
            ByteBufUtil.writeUtf8(out, text);
            crlf(out);
        }
    }

    private static void crlf(ByteBuf out) {
        out.writeByte('\r').writeByte('\n');
    }
}

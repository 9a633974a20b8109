package io.leek.client;

import io.leek.task.TaskJson;
import io.leek.wire.Command;
import io.leek.wire.PasswordHash;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One life of a connection: the handshake, then requests and their answers in order. */
final class Session extends SimpleChannelInboundHandler<Reply> {

    private static final int VERSION = 2;

    /** A server may not make a client hash for minutes. */
    private static final int MAX_ITERATIONS = 1_000_000;

    private final ServerAddress address;
    private final ClientSettings settings;
    private final @Nullable String wid;
    private final Runnable joined;
    private final Consumer<Throwable> lost;
    private final Deque<Connection.Request> inFlight = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private Step step = Step.HI;
    private boolean over;

    private enum Step {
        HI,
        HELLO,
        READY
    }

    Session(
            ServerAddress address,
            ClientSettings settings,
            @Nullable String wid,
            Runnable joined,
            Consumer<Throwable> lost) {
        this.address = address;
        this.settings = settings;
        this.wid = wid;
        this.joined = joined;
        this.lost = lost;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        this.context = context;
    }

    void write(Connection.Request request) {
        ChannelHandlerContext to = context;
        if (to == null || over) {
            request.broken(new IOException("not connected"));
            return;
        }
        inFlight.add(request);
        request.sent(this);
        to.writeAndFlush(request.command).addListener(done -> {
            if (!done.isSuccess()) {
                fail(done.cause());
            }
        });
    }

    void end() {
        if (context != null) {
            context.writeAndFlush(new Command.End());
            context.close();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Reply reply) throws IOException {
        if (over) {
            return;
        }
        switch (step) {
            case HI -> answerHi(context, reply);
            case HELLO -> {
                if (!reply.equals(Reply.OK)) {
                    throw new IOException("it refused the handshake: " + said(reply));
                }
                step = Step.READY;
                joined.run();
            }
            case READY -> {
                Connection.Request request = inFlight.poll();
                if (request == null) {
                    throw new IOException("it sent what nobody asked for");
                }
                request.answer(reply);
            }
        }
    }

    /** A peer that takes connections and says nothing is as good as none. */
    void handshakeOverdue() {
        if (step != Step.READY && !over) {
            String step = context == null ? "take the connection" : "finish the handshake";
            fail(new IOException("it did not " + step + " within " + settings.timeout()));
        }
    }

    /** The host may be gone without a word; only a new connection can tell. */
    void answerOverdue(Duration timeout) {
        fail(new IOException("it did not answer an earlier request within " + timeout));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(cause.getCause() instanceof IOException io ? io : cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        failed(new IOException("it closed the connection"));
    }

    /** Ends this life once; what was under way is told so. */
    void failed(Throwable reason) {
        if (over) {
            return;
        }
        over = true;
        lost.accept(reason);
        inFlight.forEach(request -> request.broken(reason));
        inFlight.clear();
    }

    private void fail(Throwable reason) {
        failed(reason);
        if (context != null) {
            context.close();
        }
    }

    private void answerHi(ChannelHandlerContext context, Reply reply) throws IOException {
        if (!(reply instanceof Reply.Text text) || !text.text().startsWith("HI ")) {
            throw new IOException("it did not say HI but " + said(reply) + ": is it a Leek server?");
        }
        Replies.Hi hi = TaskJson.MAPPER.readValue(text.text().substring(3), Replies.Hi.class);
        context.writeAndFlush(new Command.Hello(
                VERSION, hostname(), wid, ProcessHandle.current().pid(), settings.labels(), hash(hi), null));
        step = Step.HELLO;
    }

    private @Nullable String hash(Replies.Hi hi) throws IOException {
        if (hi.s() == null) {
            return null;
        }
        if (address.password() == null) {
            throw new IOException("it asks for a password: set leek.password");
        }
        int iterations = hi.i() == null ? 1 : hi.i();
        if (iterations < 1 || iterations > MAX_ITERATIONS) {
            throw new IOException("it asks for " + iterations + " rounds of hashing; at most " + MAX_ITERATIONS);
        }
        return PasswordHash.of(address.password(), hi.s(), iterations);
    }

    private static String said(Reply reply) {
        return reply instanceof Reply.Failure failure ? failure.message() : reply.toString();
    }

    private static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}

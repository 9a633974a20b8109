package io.leek.client;

import io.leek.LeekUnavailableException;
import io.leek.wire.Command;
import io.leek.wire.Pipeline;
import io.leek.wire.Reply;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a server, kept open: requests are pipelined and answered in their order, a lost connection is made
 * again with backoff. While the server is known to be down a request fails at once.
 *
 * <p>All state belongs to the event loop.
 */
public final class Connection implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    private static final int MAX_BULK = 64 * 1024 * 1024;
    private static final long FIRST_BACKOFF_MS = 50;
    private static final long LAST_BACKOFF_MS = 2_000;

    private final ClientSettings settings;
    private final @Nullable String wid;
    private final @Nullable Greeting greeting;
    private final EventLoop loop;
    private final Outages outages;

    private final Deque<Request> unsent = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> awaiting = new ArrayList<>();
    private @Nullable Session session;
    private boolean ready;
    private boolean closed;
    private @Nullable Throwable down;
    private long backoff = FIRST_BACKOFF_MS;

    /**
     * @param wid the worker this connection serves; null for a producer
     * @param greeting null where the handshake is all there is to say
     */
    Connection(
            ClientSettings settings,
            @Nullable String wid,
            @Nullable Greeting greeting,
            EventLoop loop,
            Outages outages) {
        this.settings = settings;
        this.wid = wid;
        this.greeting = greeting;
        this.loop = loop;
        this.outages = outages;
        loop.execute(this::connect);
    }

    /** Sends within the client's own timeout. */
    public CompletableFuture<Reply> send(Command command) {
        return send(command, settings.timeout());
    }

    /**
     * Sends a command. The future fails with a {@link LeekUnavailableException} where the server is known to be down, the
     * connection breaks before the answer, or the time is over. A sent request whose time is over ends the connection: its
     * reply can't be delivered any more, and the server is to know that.
     */
    public CompletableFuture<Reply> send(Command command, Duration timeout) {
        Request request = new Request(command, timeout);
        try {
            loop.execute(() -> accept(request));
        } catch (RejectedExecutionException e) {
            request.fail(clientClosed());
        }
        return request.reply;
    }

    /** Runs something after a while, on the connection's thread; never once the connector is closed. */
    void later(Duration delay, Runnable run) {
        try {
            loop.schedule(run, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.trace("The connector is closed", e);
        }
    }

    /** Completes when the connection is there, at once where it is; fails only when it is closed. */
    public CompletableFuture<Void> whenConnected() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        try {
            loop.execute(() -> await(future));
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(clientClosed());
        }
        return future;
    }

    @Override
    public void close() {
        try {
            loop.execute(this::end);
        } catch (RejectedExecutionException e) {
            // The connector was closed first, and this connection with it.
            closed = true;
        }
    }

    private void await(CompletableFuture<Void> future) {
        if (closed) {
            future.completeExceptionally(clientClosed());
        } else if (ready) {
            future.complete(null);
        } else {
            awaiting.add(future);
        }
    }

    private void end() {
        closed = true;
        LeekUnavailableException reason = clientClosed();
        List.copyOf(unsent).forEach(request -> request.fail(reason));
        unsent.clear();
        awaiting.forEach(future -> future.completeExceptionally(reason));
        awaiting.clear();
        if (session != null) {
            session.end();
        }
    }

    private void accept(Request request) {
        if (closed) {
            request.fail(clientClosed());
        } else if (ready && session != null) {
            request.startTimer();
            session.write(request);
        } else if (down != null) {
            request.fail(unavailable("is not there", false, down));
        } else {
            request.startTimer();
            unsent.add(request);
        }
    }

    private void connect() {
        if (closed) {
            return;
        }
        ServerAddress address;
        try {
            address = settings.address().get();
        } catch (RuntimeException e) {
            lost(e);
            return;
        }
        Session attempt = new Session(address, settings, wid, this::joined, this::lost);
        session = attempt;
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.min(Integer.MAX_VALUE, settings.timeout().toMillis()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Pipeline.client(channel.pipeline(), MAX_BULK, attempt);
                    }
                });
        ChannelFuture opening = open(bootstrap, address);
        opening.addListener(done -> {
            if (!done.isSuccess()) {
                attempt.failed(done.cause());
            }
        });
        Runnable giveUp = () -> {
            attempt.handshakeOverdue();
            if (!opening.isDone()) {
                opening.channel().close();
            }
        };
        loop.schedule(giveUp, settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ChannelFuture open(Bootstrap bootstrap, ServerAddress address) {
        return address.local() == null
                ? bootstrap
                        .channel(NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .connect(address.host(), address.port())
                : bootstrap.channel(LocalChannel.class).connect(address.local());
    }

    private void joined() {
        Session current = session;
        if (current == null) {
            return;
        }
        if (closed) {
            current.end();
            return;
        }
        ready = true;
        down = null;
        backoff = FIRST_BACKOFF_MS;
        outages.over(settings.address());
        if (greeting != null) {
            Request first = new Request(greeting.command(), settings.timeout());
            first.reply.thenAccept(reply -> greeting.answered(first.command, reply));
            current.write(first);
        }
        while (!unsent.isEmpty()) {
            current.write(unsent.remove());
        }
        awaiting.forEach(future -> future.complete(null));
        awaiting.clear();
    }

    private void lost(Throwable cause) {
        boolean wasReady = ready;
        ready = false;
        session = null;
        if (closed) {
            return;
        }
        // A connection that breaks may well be made again at once; only a failed attempt means that the server is down.
        if (!wasReady) {
            down = cause;
            outages.began(settings.address(), cause);
            LeekUnavailableException reason = unavailable("is not there", false, cause);
            List.copyOf(unsent).forEach(request -> request.fail(reason));
            unsent.clear();
        }
        loop.schedule(this::connect, wasReady ? 0 : backoff, TimeUnit.MILLISECONDS);
        backoff = Math.min(backoff * 2, LAST_BACKOFF_MS);
    }

    private LeekUnavailableException clientClosed() {
        return unavailable("is not talked to any more, this client is closed", false, null);
    }

    private LeekUnavailableException unavailable(String what, boolean sent, @Nullable Throwable cause) {
        return Unavailable.because(settings.address(), what, sent, cause);
    }

    /** A command under way. */
    final class Request {

        final Command command;
        final CompletableFuture<Reply> reply = new CompletableFuture<>();
        private final Duration timeout;
        private @Nullable ScheduledFuture<?> timer;
        private @Nullable Session sentBy;

        Request(Command command, Duration timeout) {
            this.command = command;
            this.timeout = timeout;
        }

        private void startTimer() {
            timer = loop.schedule(this::overdue, timeout.toMillis(), TimeUnit.MILLISECONDS);
        }

        private void overdue() {
            Session by = sentBy;
            fail(unavailable("did not answer within " + timeout, by != null, new TimeoutException()));
            if (by != null) {
                by.answerOverdue(timeout);
            }
        }

        void sent(Session by) {
            sentBy = by;
        }

        void answer(Reply answer) {
            stopTimer();
            reply.complete(answer);
        }

        void broken(Throwable cause) {
            fail(unavailable("ended the connection before it answered", sentBy != null, cause));
        }

        private void fail(LeekUnavailableException reason) {
            stopTimer();
            unsent.remove(this);
            reply.completeExceptionally(reason);
        }

        private void stopTimer() {
            if (timer != null) {
                timer.cancel(false);
            }
        }
    }
}

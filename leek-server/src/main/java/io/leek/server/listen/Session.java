package io.leek.server.listen;

import io.leek.server.dispatch.WorkerEntry;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.TooLongFrameException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: the handshake, then commands, answered in their order. Reading pauses while too many answers
 * are outstanding. All state belongs to the event loop.
 */
final class Session extends SimpleChannelInboundHandler<Command> {

    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private static final int HANDSHAKE_SECONDS = 10;
    private static final int MAX_PENDING = 1_024;

    /** Look-ups may bring tasks of many megabytes each. */
    private static final int MAX_LOOK_UPS = 4;

    /** How long a client that wrote too long a line may take to read why. */
    private static final int LINGER_SECONDS = 2;

    private final Requests requests;
    private final Access access;
    private final Access.Challenge challenge;
    private final Deque<Command> unanswered = new ArrayDeque<>();
    private final Deque<Answer> pending = new ArrayDeque<>();
    private final AtomicBoolean flushing = new AtomicBoolean();
    private int lookUps;
    private boolean greeted;
    private boolean ending;
    private boolean lingering;
    private Runnable hangUp = () -> {};
    private @Nullable WorkerEntry worker;
    private @Nullable Waiting waiting;

    Session(Requests requests, Access access) {
        this.requests = requests;
        this.access = access;
        challenge = access.challenge();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        requests.totals().connected();
        hangUp = context::close;
        context.writeAndFlush(new Reply.Text(challenge.hi()));
        context.executor()
                .schedule(
                        () -> {
                            if (!greeted) {
                                context.close();
                            }
                        },
                        HANDSHAKE_SECONDS,
                        TimeUnit.SECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Command command) {
        if (ending) {
            return;
        }
        if (!greeted) {
            greet(context, command);
            return;
        }
        if (worker != null) {
            requests.seen(worker.wid());
        }
        unanswered.add(command);
        proceed(context);
    }

    /** Takes up commands as long as their answers find room. */
    private void proceed(ChannelHandlerContext context) {
        while (!unanswered.isEmpty() && !ending && !isFull(context)) {
            Command command = unanswered.remove();
            if (command instanceof Command.End) {
                end(context);
            } else {
                answer(context, command);
            }
        }
        boolean full = isFull(context);
        context.channel().config().setAutoRead(!full);
        if (full && requests.isCongested()) {
            requests.whenRelieved(() -> goOn(context));
        }
    }

    private void goOn(ChannelHandlerContext context) {
        try {
            context.executor().execute(() -> proceed(context));
        } catch (RejectedExecutionException e) {
            log.trace("The client was in this process and has ended", e);
        }
    }

    /** What is read for a client that does not read itself would fill the memory. */
    private boolean isFull(ChannelHandlerContext context) {
        return pending.size() >= MAX_PENDING
                || lookUps >= MAX_LOOK_UPS
                || !context.channel().isWritable()
                || requests.isCongested();
    }

    private void answer(ChannelHandlerContext context, Command command) {
        requests.totals().command();
        Answer next = requests.answer(command, this, context.executor());
        pending.add(next);
        lookUps += next.isLookUp() ? 1 : 0;
        next.reply().whenComplete((reply, error) -> {
            if (context.executor().inEventLoop()) {
                flush(context);
            } else if (flushing.compareAndSet(false, true)) {
                // One for all that are answered until it runs: a commit answers hundreds at once.
                context.executor().execute(() -> {
                    flushing.set(false);
                    flush(context);
                });
            }
        });
    }

    /** The worker whose connection this is; null for a producer. */
    @Nullable
    WorkerEntry worker() {
        return worker;
    }

    /** What this connection waits for. */
    Waiting waiting() {
        if (waiting == null) {
            waiting = requests.waiting();
        }
        return waiting;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        proceed(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof TooLongFrameException) {
            if (!ending) {
                lingering = true;
                pending.add(Answer.of(Answer.tooLong(requests.maxLine())));
                end(context);
            }
        } else {
            log.debug("Connection of {} ends", context.channel().remoteAddress(), cause);
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        requests.totals().disconnected();
        pending.forEach(Answer::abandon);
        pending.clear();
        if (waiting != null) {
            waiting.close();
        }
        if (worker != null) {
            requests.disconnected(worker, hangUp);
        }
    }

    private void greet(ChannelHandlerContext context, Command command) {
        if (!(command instanceof Command.Hello hello)) {
            ending = true;
            context.close();
        } else if (!access.admits(challenge, hello)) {
            SocketAddress stranger = context.channel().remoteAddress();
            if (requests.mayBeToldOf(stranger)) {
                log.warn("A client at {} gave a wrong password", stranger);
            }
            ending = true;
            context.writeAndFlush(Reply.error("Invalid password")).addListener(ChannelFutureListener.CLOSE);
        } else if (hello.wid() != null && !isWorkerId(hello.wid())) {
            ending = true;
            context.writeAndFlush(Reply.error("wid must be at most 255 printable characters"))
                    .addListener(ChannelFutureListener.CLOSE);
        } else {
            greeted = true;
            if (hello.wid() != null && !hello.wid().isEmpty()) {
                worker = requests.connected(hello.wid(), hangUp);
            }
            context.writeAndFlush(Reply.OK);
        }
    }

    private static boolean isWorkerId(String wid) {
        return wid.length() <= 255 && wid.chars().noneMatch(Character::isISOControl);
    }

    /** Takes no more commands, ends what only waits, and closes once everything asked so far is answered. */
    private void end(ChannelHandlerContext context) {
        ending = true;
        List.copyOf(pending).stream().filter(answer -> !answer.reply().isDone()).forEach(Answer::abandon);
        flush(context);
    }

    private void close(ChannelHandlerContext context) {
        if (context.channel() instanceof LocalChannel) {
            // What has been written is there.
            context.close();
            return;
        }
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (lingering && context.channel() instanceof DuplexChannel channel && channel.isActive()) {
                // Closing with the rest of the line unread would reset the connection, and take the error with it.
                channel.shutdownOutput();
                context.executor().schedule(hangUp, LINGER_SECONDS, TimeUnit.SECONDS);
            } else {
                context.close();
            }
        });
    }

    private void flush(ChannelHandlerContext context) {
        boolean wrote = false;
        while (!pending.isEmpty() && pending.peek().reply().isDone()) {
            Answer answer = pending.remove();
            lookUps -= answer.isLookUp() ? 1 : 0;
            write(context, answer);
            wrote = true;
        }
        if (wrote) {
            context.flush();
            proceed(context);
        }
        if (ending && pending.isEmpty()) {
            close(context);
        }
    }

    private static void write(ChannelHandlerContext context, Answer answer) {
        Reply reply = answer.reply().exceptionally(Answer::unavailable).join();
        context.write(reply).addListener(done -> {
            if (!done.isSuccess()) {
                answer.abandon();
            }
        });
    }
}

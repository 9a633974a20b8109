package io.leek.server.listen;

import io.leek.server.store.Committer;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Commands of callers in this process, who wait for their answers. They have no socket that could be left unread while
 * too much is pending, so they wait for that, too.
 */
public final class LocalRequests {

    /** Characters of a push of which any number may come at once. */
    private static final int SMALL = 64 * 1024;

    private final Function<Command, CompletableFuture<Reply>> requests;
    private final Committer committer;
    private final int maxLine;
    private final ReentrantLock large = new ReentrantLock();

    LocalRequests(Function<Command, CompletableFuture<Reply>> requests, Committer committer, int maxLine) {
        this.requests = requests;
        this.committer = committer;
        this.maxLine = maxLine;
    }

    /**
     * Answers a command that needs no connection. The reply is the one that a socket would bring: the future does not fail.
     *
     * @param patience how long it may wait while too much is pending
     * @throws RejectedExecutionException where that was not long enough, or the thread was interrupted meanwhile; nothing
     *     was tried then
     */
    public CompletableFuture<Reply> answer(Command command, Duration patience) {
        return replyTo(command, patience).exceptionally(Answer::unavailable);
    }

    private CompletableFuture<Reply> replyTo(Command command, Duration patience) {
        if (command instanceof Command.LeekPush push) {
            return push(push, push.task(), patience);
        } else if (command instanceof Command.PushBulk push) {
            return push(push, push.tasks(), patience);
        }
        return requests.apply(command);
    }

    private CompletableFuture<Reply> push(Command push, String json, Duration patience) {
        if (Answer.isTooLong(json, maxLine)) {
            return CompletableFuture.completedFuture(Answer.tooLong(maxLine));
        }
        try {
            return json.length() <= SMALL ? pushSmall(push, patience) : pushLarge(push, patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RejectedExecutionException("the thread was interrupted while too many changes were waiting", e);
        }
    }

    private CompletableFuture<Reply> pushSmall(Command push, Duration patience) throws InterruptedException {
        awaitRelief(patience);
        return committer.lending(() -> requests.apply(push));
    }

    /** One at a time: each weighs as much as thousands of changes, and is to see what the one before has brought. */
    private CompletableFuture<Reply> pushLarge(Command push, Duration patience) throws InterruptedException {
        long begun = System.nanoTime();
        long nanos = TimeUnit.NANOSECONDS.convert(patience);
        if (!large.tryLock() && !large.tryLock(nanos, TimeUnit.NANOSECONDS)) {
            throw tooMuch();
        }
        try {
            awaitRelief(Duration.ofNanos(nanos - (System.nanoTime() - begun)));
            return requests.apply(push);
        } finally {
            large.unlock();
        }
    }

    private void awaitRelief(Duration patience) throws InterruptedException {
        if (!committer.awaitRelief(patience)) {
            throw tooMuch();
        }
    }

    private static RejectedExecutionException tooMuch() {
        return new RejectedExecutionException("too many changes are waiting to be committed; try again later");
    }
}

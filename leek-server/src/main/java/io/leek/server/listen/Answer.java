package io.leek.server.listen;

import io.leek.wire.Reply;
import io.netty.buffer.ByteBufUtil;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A reply that is on its way.
 *
 * @param onAbandon what to do when the client does not get it
 * @param isLookUp whether it may be long
 */
record Answer(CompletableFuture<Reply> reply, Runnable onAbandon, boolean isLookUp) {

    Answer(CompletableFuture<Reply> reply, Runnable onAbandon) {
        this(reply, onAbandon, false);
    }

    static Answer ofLookUp(CompletableFuture<Reply> reply) {
        return new Answer(reply, () -> {}, true);
    }

    static Answer of(CompletableFuture<Reply> reply) {
        return new Answer(reply, () -> {});
    }

    static Answer of(Reply reply) {
        return of(CompletableFuture.completedFuture(reply));
    }

    /** What a client is told where there is no reply. */
    static Reply unavailable(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return new Reply.Failure(Reply.Failure.UNAVAILABLE, "the store did not answer: " + cause.getMessage());
    }

    /** Whether a text is longer than a line may be, for what comes without having been one. */
    static boolean isTooLong(String text, int maxLine) {
        return text.length() > maxLine / ByteBufUtil.utf8MaxBytes(1) && ByteBufUtil.utf8Bytes(text) > maxLine;
    }

    static Reply tooLong(int maxLine) {
        return Reply.error("a line may have at most " + maxLine + " bytes (leek.server.max-line); this one is longer");
    }

    void abandon() {
        onAbandon.run();
    }
}

package io.leek.server.listen;

import io.leek.wire.Reply;
import java.util.concurrent.CompletableFuture;

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

    void abandon() {
        onAbandon.run();
    }
}

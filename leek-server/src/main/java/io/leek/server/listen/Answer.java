package io.leek.server.listen;

import io.leek.wire.Reply;
import java.util.concurrent.CompletableFuture;

/**
 * A reply that is on its way.
 *
 * @param onAbandon what to do when the client does not get it
 */
record Answer(CompletableFuture<Reply> reply, Runnable onAbandon) {

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

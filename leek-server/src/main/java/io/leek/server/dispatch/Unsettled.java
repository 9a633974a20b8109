package io.leek.server.dispatch;

import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Leases that may be in the store though no worker has them, because the store failed while it was asked. They are given
 * back until it has answered; otherwise their tasks would count as running for ever.
 */
final class Unsettled {

    private final Committer committer;
    private final Map<String, Change.Release> byToken = new ConcurrentHashMap<>();

    Unsettled(Committer committer) {
        this.committer = committer;
    }

    void add(String jid, String token, @Nullable Instant dueAt) {
        byToken.put(token, new Change.Release(jid, token, dueAt));
    }

    void giveBack() {
        if (byToken.isEmpty()) {
            return;
        }
        List<Change.Release> releases = List.copyOf(byToken.values());
        committer.submitAll(releases).thenAccept(outcomes -> releases.forEach(done -> byToken.remove(done.token())));
    }
}

package io.leek.server.dispatch;

import io.leek.log.OncePerMinute;
import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Lease;
import io.leek.server.store.Outcome;
import io.leek.server.store.TaskStore.Claimable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the leases of dealt tasks durable. */
final class Claims {

    private static final Logger log = LoggerFactory.getLogger(Claims.class);

    private final Committer committer;
    private final Limits limits;
    private final Unsettled unsettled;
    private final OncePerMinute said;

    Claims(Committer committer, Limits limits, Unsettled unsettled, OncePerMinute said) {
        this.committer = committer;
        this.limits = limits;
        this.unsettled = unsettled;
        this.said = said;
    }

    /** What became of dealt tasks, in their order, and those that their worker gets. */
    record Claimed(List<Outcome> outcomes, List<Assignment> won) {}

    /** A lease on a task for a worker. */
    interface Leasing {
        Lease lease(Instant now);
    }

    CompletableFuture<Claimed> claim(List<Claimable> tasks, Instant now, Leasing leasing) {
        List<Change.HandOut> claims = tasks.stream()
                .map(task -> limits.handOut(task, leasing.lease(now)))
                .toList();
        return committer
                .submitAll(claims)
                .whenComplete((outcomes, error) -> {
                    if (error != null) {
                        fail(tasks, claims, error);
                    }
                })
                .thenApply(outcomes -> new Claimed(outcomes, won(tasks, claims, outcomes)));
    }

    private List<Assignment> won(List<Claimable> tasks, List<Change.HandOut> claims, List<Outcome> outcomes) {
        List<Assignment> won = new ArrayList<>();
        for (int i = 0; i < claims.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Done done && done.row() != null) {
                Lease lease = claims.get(i).lease();
                if (tasks.get(i).describes(done.row())) {
                    won.add(Assignment.of(done.row(), lease));
                } else {
                    unsettled.add(done.row().jid(), lease.token(), null);
                }
            }
        }
        return won;
    }

    private void fail(List<Claimable> tasks, List<Change.HandOut> claims, Throwable error) {
        if (said.isDue("hand-out")) {
            log.warn(
                    "Task {} ({}) and {} more could not be handed out: {}",
                    tasks.get(0).jid(),
                    tasks.get(0).name(),
                    tasks.size() - 1,
                    error.toString());
        }
        claims.forEach(claim -> unsettled.add(claim.jid(), claim.lease().token(), null));
    }
}

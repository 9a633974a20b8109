package io.leek.server.store;

import io.leek.server.store.Rates.Share;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Hand-outs of tasks that must have a place in a mutex, or whose queue has a rate. */
final class LimitedClaims {

    private final Leases leases;
    private final Slots slots;
    private final Rates rates;

    LimitedClaims(Leases leases, Slots slots, Rates rates) {
        this.leases = leases;
        this.slots = slots;
        this.rates = rates;
    }

    List<Outcome> claim(List<Change.LimitedClaim> changes) {
        Map<String, QueuedTask> free = leases.lockFree(changes);
        Map<String, Outcome> outcomes = new HashMap<>();
        Map<String, QueuedTask> going = new LinkedHashMap<>();
        changes.forEach(change -> {
            QueuedTask row = free.get(change.jid());
            if (row != null) {
                going.put(change.jid(), row);
            }
        });
        // The place first: who gets none shall not use up a part of the rate. A place that is taken for nothing is free
        // again by itself, for no lease goes with it.
        slots.take(List.copyOf(going.values())).forEach((jid, outcome) -> {
            outcomes.put(jid, outcome);
            going.remove(jid);
        });
        refuseOverRate(changes, going, outcomes);
        Map<String, QueuedTask> given = leases.give(going.values());
        given.forEach((jid, row) -> outcomes.put(jid, new Outcome.Done(row)));
        slots.began(given.values().stream().filter(row -> row.mutex() != null).toList());
        return changes.stream()
                .map(change -> outcomes.getOrDefault(change.jid(), new Outcome.Lost()))
                .toList();
    }

    private void refuseOverRate(
            List<Change.LimitedClaim> changes, Map<String, QueuedTask> going, Map<String, Outcome> outcomes) {
        // By name, as other servers do, so that no two wait for each other.
        Map<String, List<Change.LimitedClaim>> byQueue = new TreeMap<>();
        for (Change.LimitedClaim change : changes) {
            QueuedTask row = going.get(change.jid());
            if (row != null && change.rate() != null) {
                byQueue.computeIfAbsent(row.queue(), queue -> new ArrayList<>()).add(change);
            }
        }
        byQueue.forEach((queue, claims) -> {
            Change.LimitedClaim first = claims.get(0);
            Share share = rates.take(queue, Objects.requireNonNull(first.rate()), claims.size());
            claims.subList(share.taken(), claims.size()).forEach(over -> {
                going.remove(over.jid());
                outcomes.put(over.jid(), new Outcome.OverRate(share.untilNext()));
            });
        });
    }
}

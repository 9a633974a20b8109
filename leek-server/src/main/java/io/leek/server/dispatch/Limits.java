package io.leek.server.dispatch;

import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Lease;
import io.leek.server.store.Outcome;
import io.leek.server.store.RateLimit;
import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.Claimable;
import io.leek.task.TaskRecord;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks need more than a free worker. The store judges, for other servers hand out too; here is who asks it, and
 * when again. A task without a mutex, in a queue without a rate, has nothing to do with it.
 */
final class Limits {

    private final TaskStore store;
    private final Committer committer;
    private final Map<String, QueueRules> queues;
    private final Consumer<List<Claimable>> ready;

    /** @param ready takes tasks that may be handed out again */
    Limits(TaskStore store, Committer committer, Map<String, QueueRules> queues, Consumer<List<Claimable>> ready) {
        this.store = store;
        this.committer = committer;
        this.queues = Map.copyOf(queues);
        this.ready = ready;
        committer.onCommitted(this::committed);
    }

    /** Whether a new task has to be in the store before anybody can tell whether it may run. */
    boolean concern(TaskRecord task) {
        return task.mutex() != null || rate(task.queue()) != null;
    }

    Change.HandOut handOut(Claimable task, Lease lease) {
        RateLimit rate = rate(task.queue());
        return task.mutex() == null && rate == null
                ? new Change.Claim(task.jid(), task.seq(), lease)
                : new Change.LimitedClaim(task.jid(), task.seq(), lease, rate);
    }

    private @Nullable RateLimit rate(String queue) {
        QueueRules rules = queues.isEmpty() ? null : queues.get(queue);
        return rules == null ? null : rules.rate();
    }

    /**
     * Another server may have given the last place back between the look at it and the commit that lets the task wait, and
     * found nobody who waits.
     */
    void blocked(List<Outcome> outcomes) {
        if (!committer.hasLaneForWaits()) {
            return;
        }
        Set<String> mutexes = new LinkedHashSet<>();
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Blocked blocked) {
                mutexes.add(blocked.mutex());
            }
        }
        letGo(mutexes, false);
    }

    /**
     * Tasks that end while they wait may have kept a place for their retry, or been the next to get one. And of those that
     * are given back this server may not know what they had.
     */
    private void committed(List<Change> changes, List<Outcome> outcomes) {
        Set<String> mutexes = new LinkedHashSet<>();
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Done done && done.mutex() != null) {
                mutexes.add(done.mutex());
            }
        }
        letGo(mutexes, false);
    }

    /** A place in a mutex may be free; null for a task that had none. */
    void ended(@Nullable String mutex) {
        if (mutex != null) {
            letGo(Set.of(mutex), false);
        }
    }

    /** The net below: a server that was to let others go may be gone. */
    void sweep() {
        letGo(new LinkedHashSet<>(store.waitedFor()), true);
    }

    private void letGo(Set<String> mutexes, boolean isSweep) {
        if (mutexes.isEmpty()) {
            return;
        }
        List<Change.LetGo> changes =
                mutexes.stream().map(mutex -> new Change.LetGo(mutex, isSweep)).toList();
        committer.submitAll(changes).thenAccept(outcomes -> {
            List<Claimable> going = new ArrayList<>();
            outcomes.forEach(outcome -> {
                if (outcome instanceof Outcome.Going let) {
                    going.addAll(let.tasks());
                }
            });
            if (!going.isEmpty()) {
                ready.accept(going);
            }
        });
    }
}

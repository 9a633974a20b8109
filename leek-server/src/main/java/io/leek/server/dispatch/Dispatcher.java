package io.leek.server.dispatch;

import io.leek.log.OncePerMinute;
import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Lease;
import io.leek.server.store.Outcome;
import io.leek.server.store.QueuedTask;
import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.Claimable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Brings tasks and waiting workers together. A worker gets a task only once its lease is durable. */
public final class Dispatcher {

    private final Committer committer;
    private final Clock clock;
    private final String serverId;
    private final Schedule schedule;
    private final Workers workers;
    private final Leases leases;
    private final Unsettled unsettled;
    private final Limits limits;
    private final Claims claims;
    private final ClosedQueues closedQueues;
    private final Matching matching;
    private final BacklogReader backlog;
    private final PausedQueues paused;

    /**
     * @param reads one thread that reads the store
     * @param maxCrashes how often a task may take its process down
     * @param queues what holds for single queues, by name
     */
    public Dispatcher(
            TaskStore store,
            Committer committer,
            Executor reads,
            Clock clock,
            LongSupplier nanoTime,
            String serverId,
            int maxCrashes,
            Map<String, QueueRules> queues) {
        this.committer = committer;
        this.clock = clock;
        this.serverId = serverId;
        workers = new Workers(nanoTime);
        leases = new Leases(nanoTime, maxCrashes);
        backlog = new BacklogReader(store, reads, clock, nanoTime);
        matching = new Matching(workers, leases, nanoTime, this::load);
        unsettled = new Unsettled(committer);
        limits = new Limits(store, committer, queues, this::ready);
        claims = new Claims(committer, limits, unsettled, new OncePerMinute(nanoTime));
        schedule = new Schedule(clock, this::due);
        closedQueues = new ClosedQueues(matching, clock, this::match);
        paused = new PausedQueues(store.queues(), clock, matching, workers, this::wake);
        store.onWake(this::wake);
    }

    public Workers workers() {
        return workers;
    }

    public PausedQueues paused() {
        return paused;
    }

    Matching matching() {
        return matching;
    }

    Leases leases() {
        return leases;
    }

    Limits limits() {
        return limits;
    }

    /**
     * Waits for tasks from queues, in strict order. The caller ends the wait with {@link #giveUp}.
     *
     * @param max the most to hand out at once
     */
    public Fetch fetch(String wid, List<String> queues, int max) {
        WorkerEntry worker = workers.seen(wid);
        Fetch fetch = new Fetch(wid, worker.lines(queues), max);
        if (matching.add(fetch)) {
            match();
        }
        return fetch;
    }

    /** Ends a wait without a task, unless one is already on its way. */
    public void giveUp(Fetch fetch) {
        if (matching.giveUp(fetch)) {
            fetch.end();
        }
    }

    /** The worker's connection is gone: a task on its way to it goes back. */
    public void abandon(Fetch fetch) {
        matching.remove(fetch);
        fetch.end();
    }

    /** Answers all waiting fetches of a worker that wants no more. */
    public void quiet(String wid) {
        matching.removeAll(wid).forEach(Fetch::end);
    }

    /** Whether to hand nothing out for now; who waits goes on waiting. */
    public void suspend(boolean suspended) {
        matching.suspend(suspended);
        match();
    }

    public boolean isSuspended() {
        return matching.isSuspended();
    }

    /** Hands nothing out any more and ends all waits. */
    public void stop() {
        List<Fetch> ended = matching.stop();
        schedule.close();
        closedQueues.close();
        ended.forEach(Fetch::end);
    }

    void ready(List<Claimable> tasks) {
        matching.offer(tasks);
        match();
    }

    /** Stored rows may be handed out, now or when they are due. */
    void readyAll(List<Outcome> outcomes) {
        Instant now = clock.instant();
        List<Claimable> due = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Done done && done.row() != null) {
                QueuedTask row = done.row();
                if (row.dueAt().isAfter(now)) {
                    schedule.at(row.dueAt());
                } else {
                    due.add(row.claimable());
                }
            }
        }
        ready(due);
    }

    void schedule(Instant dueAt) {
        schedule.at(dueAt);
    }

    /** Looks after a lease that a server which is gone has given. */
    public void adopt(QueuedTask row, Lease lease) {
        leases.adopt(row, lease, clock.instant());
    }

    /** Whether this server looks after the lease. */
    public boolean holds(String jid, String token) {
        return leases.find(jid).filter(held -> held.has(token)).isPresent();
    }

    /** Looks at the store again wherever a worker waits: others write to it as well. */
    public void wake() {
        matching.doubt();
        match();
    }

    /** Does so as the net below all that tells of new tasks, and gives back what is in doubt. */
    public void sweep() {
        unsettled.giveBack();
        matching.forgetUnused();
        closedQueues.reopen();
        wake();
        if (schedule.isUnknown()) {
            backlog.readSchedule(schedule);
        }
    }

    /** Lets those go that wait for a mutex though it has places. */
    public void letWaitersGo() {
        limits.sweep();
    }

    Lease lease(String workerId, Instant now, Duration reserveFor) {
        return new Lease(UUID.randomUUID().toString(), now, now.plus(reserveFor), workerId, serverId);
    }

    /** A push with a lease has ended: the worker gets its task, or waits for another. */
    void pushed(Fetch fetch, String jid, Lease lease, @Nullable Outcome outcome) {
        if (outcome instanceof Outcome.Done done && done.row() != null) {
            deliver(fetch, List.of(Assignment.of(done.row(), lease)));
            return;
        }
        if (outcome == null) {
            unsettled.add(jid, lease.token(), null);
        }
        waitAgain(fetch);
    }

    /** A worker has one task less. */
    void ended(Held held) {
        leases.remove(held);
        limits.ended(held.row().mutex());
        matchHeldBack();
    }

    private void matchHeldBack() {
        if (matching.wasHeldBack()) {
            match();
        }
    }

    private void waitAgain(Fetch fetch) {
        if (!matching.addAgain(fetch)) {
            fetch.end();
        }
        match();
    }

    private void match() {
        matching.deal().forEach(deal -> claim(deal.fetch(), deal.tasks()));
    }

    private void claim(Fetch fetch, List<Claimable> tasks) {
        claims.claim(tasks, clock.instant(), now -> lease(fetch.workerId(), now, Leases.FIRST_RESERVATION))
                .whenComplete((claimed, error) -> {
                    if (claimed == null) {
                        matching.claimed(tasks);
                        fetch.answer().completeExceptionally(error);
                    } else {
                        // Before the answer: the time until a queue opens runs from the claim on.
                        List<Claimable> staying = closedQueues.closeThoseOf(tasks, claimed.outcomes());
                        boolean hasWon = !claimed.won().isEmpty();
                        if (hasWon) {
                            deliver(fetch, claimed.won());
                        }
                        matching.claimed(tasks);
                        if (!staying.isEmpty()) {
                            ready(staying);
                        }
                        limits.blocked(claimed.outcomes());
                        if (!hasWon) {
                            waitAgain(fetch);
                        }
                    }
                    matchHeldBack();
                });
    }

    private void deliver(Fetch fetch, List<Assignment> tasks) {
        List<Held> held = tasks.stream().map(leases::add).toList();
        if (!fetch.answer().complete(tasks)) {
            held.forEach(task -> release(task, null));
        }
    }

    /**
     * Gives a task back as if it had never been handed out.
     *
     * @param dueAt null for the time it had before
     */
    CompletableFuture<Outcome> release(Held held, @Nullable Instant dueAt) {
        String jid = held.row().jid();
        List<Change> changes = leases.releasing(held, dueAt, clock.instant());
        return committer.submitAll(changes).thenApply(all -> all.get(0)).whenComplete((outcome, error) -> {
            ended(held);
            if (error != null) {
                unsettled.add(jid, held.lease().token(), dueAt);
            } else if (outcome instanceof Outcome.Done && !leases.isCancelled(held.row())) {
                if (dueAt != null && dueAt.isAfter(clock.instant())) {
                    schedule.at(dueAt);
                } else {
                    ready(List.of(held.row().claimable()));
                }
            }
        });
    }

    private void load(Window window) {
        backlog.load(window, matching, this::match);
    }

    private void due() {
        wake();
        backlog.readSchedule(schedule);
    }
}

package io.leek.server.dispatch;

import io.leek.log.OncePerMinute;
import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Lease;
import io.leek.server.store.Outcome;
import io.leek.server.store.QueuedTask;
import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.Claimable;
import io.leek.task.TaskRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings tasks and waiting workers together. A worker gets a task only once its lease is durable. */
public final class Dispatcher {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final TaskStore store;
    private final Committer committer;
    private final Executor reads;
    private final Clock clock;
    private final String serverId;
    private final Schedule schedule;
    private final Workers workers;
    private final Leases leases;
    private final Unsettled unsettled;
    private final OncePerMinute said;

    private final Windows windows;
    private final LinkedList<Fetch> waiting = new LinkedList<>();
    private final Set<String> claiming = new HashSet<>();
    private boolean isHeldBack;
    private boolean stopped;
    private boolean isSuspended;

    /**
     * @param reads one thread that reads the store
     * @param maxCrashes how often a task may take its process down
     */
    public Dispatcher(
            TaskStore store,
            Committer committer,
            Executor reads,
            Clock clock,
            LongSupplier nanoTime,
            String serverId,
            int maxCrashes) {
        this.store = store;
        this.committer = committer;
        this.reads = reads;
        this.clock = clock;
        this.serverId = serverId;
        windows = new Windows(nanoTime, this::load);
        workers = new Workers(nanoTime);
        leases = new Leases(nanoTime, maxCrashes);
        unsettled = new Unsettled(committer);
        said = new OncePerMinute(nanoTime);
        schedule = new Schedule(clock, this::due);
        store.onWake(this::wake);
    }

    public Workers workers() {
        return workers;
    }

    Leases leases() {
        return leases;
    }

    /**
     * Waits for tasks from queues, in strict order. The caller ends the wait with {@link #giveUp}.
     *
     * @param max the most to hand out at once
     */
    public Fetch fetch(String wid, List<String> queues, int max) {
        WorkerEntry worker = workers.seen(wid);
        Fetch fetch = new Fetch(wid, worker.lines(queues), max);
        synchronized (this) {
            if (!stopped && worker.state() == WorkerEntry.State.RUNNING) {
                waiting.add(fetch);
            }
        }
        match();
        return fetch;
    }

    /** Ends a wait without a task, unless one is already on its way. */
    public void giveUp(Fetch fetch) {
        boolean waited;
        synchronized (this) {
            waited = waiting.remove(fetch) || stopped || !isRunning(fetch.workerId());
            fetch.setOverdue();
        }
        if (waited) {
            fetch.end();
        }
    }

    /** The worker's connection is gone: a task on its way to it goes back. */
    public void abandon(Fetch fetch) {
        synchronized (this) {
            waiting.remove(fetch);
        }
        fetch.end();
    }

    /** Answers all waiting fetches of a worker that wants no more. */
    public void quiet(String wid) {
        List<Fetch> ended = new ArrayList<>();
        synchronized (this) {
            for (Iterator<Fetch> all = waiting.iterator(); all.hasNext(); ) {
                Fetch fetch = all.next();
                if (fetch.workerId().equals(wid)) {
                    all.remove();
                    ended.add(fetch);
                }
            }
        }
        ended.forEach(Fetch::end);
    }

    /** Whether to hand nothing out for now; who waits goes on waiting. */
    public void suspend(boolean suspended) {
        synchronized (this) {
            isSuspended = suspended;
        }
        match();
    }

    /** Hands nothing out any more and ends all waits. */
    public void stop() {
        List<Fetch> ended;
        synchronized (this) {
            stopped = true;
            ended = List.copyOf(waiting);
            waiting.clear();
        }
        schedule.close();
        ended.forEach(Fetch::end);
    }

    /** A stored row may be handed out, now or when it is due. */
    void ready(QueuedTask row) {
        if (row.dueAt().isAfter(clock.instant())) {
            schedule.at(row.dueAt());
        } else {
            ready(row.claimable());
        }
    }

    void ready(Claimable task) {
        synchronized (this) {
            windows.offer(task);
        }
        match();
    }

    void readyAll(List<Outcome> outcomes) {
        synchronized (this) {
            Instant now = clock.instant();
            for (Outcome outcome : outcomes) {
                if (outcome instanceof Outcome.Done done && done.row() != null) {
                    QueuedTask row = done.row();
                    if (row.dueAt().isAfter(now)) {
                        schedule.at(row.dueAt());
                    } else {
                        windows.offer(row.claimable());
                    }
                }
            }
        }
        match();
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
        synchronized (this) {
            windows.doubt();
        }
        match();
    }

    /** Does so as the net below all that tells of new tasks, and gives back what is in doubt. */
    public void sweep() {
        unsettled.giveBack();
        synchronized (this) {
            windows.forgetUnused();
        }
        wake();
        if (schedule.isUnknown()) {
            readSchedule();
        }
    }

    Lease lease(String workerId, Instant now, Duration reserveFor) {
        return new Lease(UUID.randomUUID().toString(), now, now.plus(reserveFor), workerId, serverId);
    }

    /** A waiting worker for a new task; where there is none the task is expected to arrive in the store. */
    synchronized @Nullable Fetch reserve(String queue, String name) {
        for (Iterator<Fetch> all = waiting.iterator(); all.hasNext(); ) {
            Fetch fetch = all.next();
            if (!isSuspended && fetch.takes(queue, name) && windows.areDrainedFor(fetch.lines(), queue, name)) {
                all.remove();
                return fetch;
            }
        }
        windows.expect(queue);
        return null;
    }

    /** Tasks are on their way to the store; a later one must not overtake them. */
    synchronized void expect(List<TaskRecord> tasks) {
        tasks.forEach(task -> windows.expect(task.queue()));
    }

    /** They are there, or will never be. */
    synchronized void arrived(List<TaskRecord> tasks) {
        tasks.forEach(task -> windows.arrived(task.queue()));
    }

    /** A push with a lease has ended: the worker gets its task, or waits for another. */
    void pushed(Fetch fetch, String jid, Lease lease, @Nullable Outcome outcome) {
        if (outcome instanceof Outcome.Done done && done.row() != null) {
            deliver(fetch, List.of(new Assignment(done.row(), lease)));
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
        boolean wasHeldBack;
        synchronized (this) {
            wasHeldBack = isHeldBack;
            isHeldBack = false;
        }
        if (wasHeldBack) {
            match();
        }
    }

    private void waitAgain(Fetch fetch) {
        synchronized (this) {
            if (stopped || fetch.isOverdue() || !isRunning(fetch.workerId())) {
                fetch.end();
            } else if (!fetch.answer().isDone()) {
                waiting.addFirst(fetch);
            }
        }
        match();
    }

    private boolean isRunning(String wid) {
        return workers.find(wid)
                .map(worker -> worker.state() == WorkerEntry.State.RUNNING)
                .orElse(false);
    }

    private void match() {
        List<Fetch> served = new ArrayList<>();
        List<List<Claimable>> dealt = new ArrayList<>();
        synchronized (this) {
            deal();
            for (Iterator<Fetch> all = waiting.iterator(); all.hasNext(); ) {
                Fetch fetch = all.next();
                if (fetch.count() > 0) {
                    all.remove();
                    served.add(fetch);
                    dealt.add(fetch.takeDealt());
                }
            }
        }
        for (int i = 0; i < served.size(); i++) {
            claim(served.get(i), dealt.get(i));
        }
    }

    /** One to each worker in turn, so that none waits while another has a heap before it. */
    private void deal() {
        List<Fetch> open = isSuspended ? new ArrayList<>() : new ArrayList<>(waiting);
        while (!open.isEmpty()) {
            open.removeIf(fetch -> {
                Claimable task = fetch.isFull() ? null : windows.peek(fetch.lines());
                if (task == null || !mayHave(fetch, task)) {
                    return true;
                }
                windows.remove(task);
                fetch.deal(task);
                claiming.add(task.jid());
                return leases.isFragile(task.crashes());
            });
        }
    }

    /**
     * Where a process ends, nobody knows which of the tasks it held had begun: all of them count a crash. One that has no
     * more to lose must not be blamed for another, so beside it a Leek worker holds only what it runs.
     */
    private boolean mayHave(Fetch fetch, Claimable task) {
        boolean isFragile = leases.isFragile(task.crashes());
        if (!isFragile && !leases.hasFragile(fetch.workerId())) {
            return true;
        }
        WorkerEntry worker = workers.find(fetch.workerId()).orElse(null);
        if (worker == null || !worker.isJoined()) {
            return true;
        }
        boolean isRunAtOnce = fetch.count() == 0 && leases.countOf(fetch.workerId()) < worker.concurrency();
        isHeldBack |= !isRunAtOnce;
        return isRunAtOnce;
    }

    private void claim(Fetch fetch, List<Claimable> tasks) {
        Instant now = clock.instant();
        List<Change.Claim> claims = tasks.stream()
                .map(task -> new Change.Claim(
                        task.jid(), task.seq(), lease(fetch.workerId(), now, Leases.FIRST_RESERVATION)))
                .toList();
        committer.submitAll(claims).whenComplete((outcomes, error) -> {
            List<Assignment> won = new ArrayList<>();
            for (int i = 0; i < claims.size(); i++) {
                if (outcomes != null && outcomes.get(i) instanceof Outcome.Done done && done.row() != null) {
                    won.add(new Assignment(done.row(), claims.get(i).lease()));
                }
            }
            if (!won.isEmpty()) {
                deliver(fetch, won);
            }
            synchronized (this) {
                claims.forEach(claim -> claiming.remove(claim.jid()));
            }
            if (error != null) {
                if (said.isDue("hand-out")) {
                    log.warn(
                            "Task {} ({}) and {} more could not be handed out: {}",
                            tasks.get(0).jid(),
                            tasks.get(0).name(),
                            tasks.size() - 1,
                            error.toString());
                }
                claims.forEach(claim -> unsettled.add(claim.jid(), claim.lease().token(), null));
                fetch.answer().completeExceptionally(error);
            } else if (won.isEmpty()) {
                waitAgain(fetch);
            }
        });
    }

    private void deliver(Fetch fetch, List<Assignment> tasks) {
        List<Held> held =
                tasks.stream().map(task -> leases.add(task.row(), task.lease())).toList();
        if (!fetch.answer().complete(tasks)) {
            held.forEach(this::release);
        }
    }

    /** Gives a task back as if it had never been handed out. */
    CompletableFuture<Outcome> release(Held held) {
        return release(held, null);
    }

    /** @param dueAt null for the time it had before */
    CompletableFuture<Outcome> release(Held held, @Nullable Instant dueAt) {
        Change release = new Change.Release(held.row().jid(), held.lease().token(), dueAt);
        return committer.submit(release).whenComplete((outcome, error) -> {
            ended(held);
            if (error != null) {
                unsettled.add(held.row().jid(), held.lease().token(), dueAt);
            } else if (outcome instanceof Outcome.Done) {
                if (dueAt != null && dueAt.isAfter(clock.instant())) {
                    schedule.at(dueAt);
                } else {
                    ready(held.row().claimable());
                }
            }
        });
    }

    private void load(Window window) {
        reads.execute(() -> {
            List<Claimable> page;
            try {
                page = store.claimable(
                        window.line().queue(),
                        window.line().names(),
                        clock.instant(),
                        window.pageAfter(),
                        window.pageLimit());
            } catch (RuntimeException e) {
                if (said.isDue("queue")) {
                    log.warn(
                            "Queue {} could not be read, it is tried again: {}",
                            window.line().queue(),
                            e.toString());
                }
                synchronized (this) {
                    window.loadFailed();
                }
                return;
            }
            synchronized (this) {
                window.loaded(page, task -> !claiming.contains(task.jid()) && !leases.has(task.jid()));
            }
            match();
        });
    }

    private void due() {
        wake();
        readSchedule();
    }

    private void readSchedule() {
        reads.execute(() -> {
            try {
                schedule.next(store.nextDue(clock.instant()).orElse(null));
            } catch (RuntimeException e) {
                if (said.isDue("schedule")) {
                    log.warn("The schedule could not be read, it is tried again: {}", e.toString());
                }
                schedule.unknown();
            }
        });
    }
}

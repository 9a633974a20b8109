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
    private boolean stopped;

    /** @param reads one thread that reads the store */
    public Dispatcher(
            TaskStore store, Committer committer, Executor reads, Clock clock, LongSupplier nanoTime, String serverId) {
        this.store = store;
        this.committer = committer;
        this.reads = reads;
        this.clock = clock;
        this.serverId = serverId;
        windows = new Windows(nanoTime, this::load);
        workers = new Workers(nanoTime);
        leases = new Leases(nanoTime);
        unsettled = new Unsettled(committer);
        said = new OncePerMinute(nanoTime);
        schedule = new Schedule(clock, this::due);
    }

    public Workers workers() {
        return workers;
    }

    Leases leases() {
        return leases;
    }

    /** Waits for a task from queues, in strict order. The caller ends the wait with {@link #giveUp}. */
    public Fetch fetch(String wid, List<String> queues) {
        WorkerEntry worker = workers.seen(wid);
        Fetch fetch = new Fetch(wid, worker.lines(queues));
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
            fetch.answer().complete(null);
        }
    }

    /** The worker's connection is gone: a task on its way to it goes back. */
    public void abandon(Fetch fetch) {
        synchronized (this) {
            waiting.remove(fetch);
        }
        fetch.answer().complete(null);
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
        ended.forEach(fetch -> fetch.answer().complete(null));
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
        ended.forEach(fetch -> fetch.answer().complete(null));
    }

    /** A stored row may be handed out, now or when it is due. */
    void ready(QueuedTask row) {
        if (row.dueAt().isAfter(clock.instant())) {
            schedule.at(row.dueAt());
        } else {
            ready(new Claimable(row.jid(), row.name(), row.queue(), row.priority(), row.seq()));
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
                        windows.offer(new Claimable(row.jid(), row.name(), row.queue(), row.priority(), row.seq()));
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
    public void sweep() {
        unsettled.giveBack();
        synchronized (this) {
            windows.doubt();
            windows.forgetUnused();
        }
        match();
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
            if (fetch.takes(queue, name) && windows.areDrainedFor(fetch.lines(), queue, name)) {
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
            deliver(fetch, done.row(), lease);
            return;
        }
        if (outcome == null) {
            unsettled.add(jid, lease.token(), clock.instant());
        }
        waitAgain(fetch);
    }

    private void waitAgain(Fetch fetch) {
        synchronized (this) {
            if (stopped || fetch.isOverdue() || !isRunning(fetch.workerId())) {
                fetch.answer().complete(null);
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
        List<Fetch> fetches = new ArrayList<>();
        List<Claimable> tasks = new ArrayList<>();
        synchronized (this) {
            for (Iterator<Fetch> all = waiting.iterator(); all.hasNext(); ) {
                Fetch fetch = all.next();
                Claimable task = windows.poll(fetch.lines());
                if (task != null) {
                    all.remove();
                    claiming.add(task.jid());
                    fetches.add(fetch);
                    tasks.add(task);
                }
            }
        }
        for (int i = 0; i < fetches.size(); i++) {
            claim(fetches.get(i), tasks.get(i));
        }
    }

    private void claim(Fetch fetch, Claimable task) {
        Lease lease = lease(fetch.workerId(), clock.instant(), Leases.FIRST_RESERVATION);
        committer.submit(new Change.Claim(task.jid(), lease)).whenComplete((outcome, error) -> {
            synchronized (this) {
                claiming.remove(task.jid());
            }
            if (error != null) {
                if (said.isDue("hand-out")) {
                    log.warn("Task {} ({}) could not be handed out: {}", task.jid(), task.name(), error.toString());
                }
                unsettled.add(task.jid(), lease.token(), clock.instant());
                fetch.answer().completeExceptionally(error);
            } else if (outcome instanceof Outcome.Done done && done.row() != null) {
                deliver(fetch, done.row(), lease);
            } else {
                waitAgain(fetch);
            }
        });
    }

    private void deliver(Fetch fetch, QueuedTask row, Lease lease) {
        Held held = leases.add(row, lease);
        if (!fetch.answer().complete(new Assignment(row, lease))) {
            release(held);
        }
    }

    /** Gives a task back as if it had never been handed out. */
    CompletableFuture<Outcome> release(Held held) {
        return release(held, clock.instant());
    }

    CompletableFuture<Outcome> release(Held held, Instant dueAt) {
        Change release = new Change.Release(held.row().jid(), held.lease().token(), dueAt);
        return committer.submit(release).whenComplete((outcome, error) -> {
            leases.remove(held);
            if (error != null) {
                unsettled.add(held.row().jid(), held.lease().token(), dueAt);
            } else if (outcome instanceof Outcome.Done) {
                if (dueAt.isAfter(clock.instant())) {
                    schedule.at(dueAt);
                } else {
                    ready(held.claimable());
                }
            }
        });
    }

    private void load(Window window) {
        reads.execute(() -> {
            List<Claimable> page;
            try {
                page = store.claimable(window.line().queue(), window.line().names(), clock.instant(), window.limit());
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
                window.loaded(
                        page.stream()
                                .filter(task -> !claiming.contains(task.jid()) && !leases.has(task.jid()))
                                .toList(),
                        page.size());
            }
            match();
        });
    }

    private void due() {
        synchronized (this) {
            windows.doubt();
        }
        match();
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

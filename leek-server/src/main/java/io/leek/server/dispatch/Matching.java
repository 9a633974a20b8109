package io.leek.server.dispatch;

import io.leek.server.store.TaskStore.Claimable;
import io.leek.task.TaskRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Ready tasks, waiting workers, and who gets which. Safe for use by many threads. */
final class Matching {

    private final Workers workers;
    private final Leases leases;
    private final Windows windows;
    private final LinkedList<Fetch> waiting = new LinkedList<>();

    /** Dealt tasks whose claim has not ended, with the worker that shall have them. */
    private final Map<String, Dealt> underWay = new HashMap<>();

    private int fragileUnderWay;
    private boolean isHeldBack;
    private boolean isSuspended;
    private boolean stopped;

    /** @param load reads a window's page from the store, in the background */
    Matching(Workers workers, Leases leases, LongSupplier nanoTime, Consumer<Window> load) {
        this.workers = workers;
        this.leases = leases;
        windows = new Windows(nanoTime, load);
    }

    /** Takes in one that waits, and tells whether it may. */
    synchronized boolean add(Fetch fetch) {
        boolean mayWait = !stopped && isRunning(fetch.workerId());
        if (mayWait) {
            waiting.add(fetch);
        }
        return mayWait;
    }

    /** Whether a fetch ends without a task, its time being over: it does not while one is on its way. */
    synchronized boolean giveUp(Fetch fetch) {
        fetch.setOverdue();
        return waiting.remove(fetch) || stopped || !isRunning(fetch.workerId());
    }

    synchronized void remove(Fetch fetch) {
        waiting.remove(fetch);
    }

    /** Puts one back in front that got nothing after all; false where it waits no longer. */
    synchronized boolean addAgain(Fetch fetch) {
        if (stopped || fetch.isOverdue() || !isRunning(fetch.workerId()) || isFollowed(fetch)) {
            return false;
        }
        if (!fetch.answer().isDone()) {
            waiting.addFirst(fetch);
        }
        return true;
    }

    /** Whether a Leek worker has another fetch, whose answer would have to wait for this one's. */
    private boolean isFollowed(Fetch fetch) {
        String wid = fetch.workerId();
        return workers.isJoined(wid)
                && (waiting.stream().anyMatch(other -> other.workerId().equals(wid))
                        || underWay.values().stream()
                                .anyMatch(dealt -> dealt.workerId().equals(wid)));
    }

    /** The fetches of a worker, which wait no longer. */
    synchronized List<Fetch> removeAll(String wid) {
        List<Fetch> removed = new ArrayList<>();
        for (Iterator<Fetch> all = waiting.iterator(); all.hasNext(); ) {
            Fetch fetch = all.next();
            if (fetch.workerId().equals(wid)) {
                all.remove();
                removed.add(fetch);
            }
        }
        return removed;
    }

    synchronized List<Fetch> stop() {
        stopped = true;
        List<Fetch> ended = List.copyOf(waiting);
        waiting.clear();
        return ended;
    }

    synchronized boolean isSuspended() {
        return isSuspended;
    }

    synchronized void suspend(boolean suspended) {
        isSuspended = suspended;
    }

    /** Deals nothing of these queues from now on, and of all others. */
    synchronized void pause(Set<String> queues) {
        windows.pause(queues);
    }

    private boolean isRunning(String wid) {
        return workers.find(wid)
                .map(worker -> worker.state() == WorkerEntry.State.RUNNING)
                .orElse(false);
    }

    synchronized void offer(List<Claimable> tasks) {
        tasks.stream().filter(task -> !underWay.containsKey(task.jid())).forEach(windows::offer);
    }

    /** What others wrote to the store may be missing here. */
    synchronized void doubt() {
        windows.doubt();
    }

    synchronized void forgetUnused() {
        windows.forgetUnused();
    }

    synchronized void loaded(Window window, List<Claimable> page) {
        window.loaded(page, task -> !underWay.containsKey(task.jid()) && !leases.has(task.jid()));
    }

    synchronized void loadFailed(Window window) {
        window.loadFailed();
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

    /**
     * Deals ready tasks to those who wait: one to each worker in turn, so that none waits while another has a heap before
     * it. A worker's fetches are filled one after the other, since their answers come in that order.
     */
    synchronized List<Deal> deal() {
        Map<String, Deque<Fetch>> open = new LinkedHashMap<>();
        if (!isSuspended) {
            waiting.forEach(fetch -> open.computeIfAbsent(fetch.workerId(), wid -> new ArrayDeque<>())
                    .add(fetch));
        }
        while (!open.isEmpty()) {
            open.values().removeIf(fetches -> {
                if (!dealOne(fetches.element())) {
                    fetches.remove();
                }
                return fetches.isEmpty();
            });
        }
        List<Deal> deals = new ArrayList<>();
        for (Iterator<Fetch> all = waiting.iterator(); all.hasNext(); ) {
            Fetch fetch = all.next();
            if (fetch.count() > 0) {
                all.remove();
                deals.add(new Deal(fetch, fetch.takeDealt()));
            }
        }
        return deals;
    }

    /** Whether the fetch may get another one. */
    private boolean dealOne(Fetch fetch) {
        Claimable task = fetch.isFull() ? null : windows.peek(fetch.lines());
        if (task == null || !mayHave(fetch.workerId(), task)) {
            return false;
        }
        boolean isFragile = leases.isFragile(task.crashes());
        windows.remove(task);
        fetch.deal(task);
        Dealt before = underWay.put(task.jid(), new Dealt(fetch.workerId(), isFragile));
        fragileUnderWay += (isFragile ? 1 : 0) - (before != null && before.isFragile() ? 1 : 0);
        return !isFragile;
    }

    /**
     * Where a process ends, nobody knows which of the tasks it held had begun: all of them count a crash. One that has no
     * more to lose must not be blamed for another, so beside it a Leek worker holds only what it runs. One that shall run
     * at once must not wait in a worker either.
     */
    private boolean mayHave(String wid, Claimable task) {
        if (!task.atOnce() && !leases.isFragile(task.crashes()) && !hasFragile(wid)) {
            return true;
        }
        WorkerEntry worker = workers.find(wid).orElse(null);
        if (worker == null || !worker.isJoined()) {
            return true;
        }
        long dealt = underWay.values().stream()
                .filter(one -> one.workerId().equals(wid))
                .count();
        boolean isRunAtOnce = leases.countOf(wid) + dealt < worker.concurrency();
        isHeldBack |= !isRunAtOnce;
        return isRunAtOnce;
    }

    private boolean hasFragile(String wid) {
        return leases.hasFragile(wid)
                || fragileUnderWay > 0
                        && underWay.values().stream()
                                .anyMatch(
                                        one -> one.isFragile() && one.workerId().equals(wid));
    }

    /** The claims of dealt tasks have ended, one way or another. */
    synchronized void claimed(List<Claimable> tasks) {
        for (Claimable task : tasks) {
            Dealt dealt = underWay.remove(task.jid());
            fragileUnderWay -= dealt != null && dealt.isFragile() ? 1 : 0;
        }
    }

    /** A queue has had its share: nothing of it is dealt for so long. */
    synchronized void close(String queue, Duration time) {
        windows.close(queue, time);
    }

    /** Queues whose time has come are dealt from again; returns how long it is to the next one's. */
    synchronized Optional<Duration> reopen() {
        return windows.reopen();
    }

    /** True once, where a worker could not have a task because of what it held. */
    synchronized boolean wasHeldBack() {
        boolean wasHeldBack = isHeldBack;
        isHeldBack = false;
        return wasHeldBack;
    }

    /** Tasks for one that waited. */
    record Deal(Fetch fetch, List<Claimable> tasks) {}

    private record Dealt(String workerId, boolean isFragile) {}
}

package io.leek.server.dispatch;

import io.leek.log.OncePerMinute;
import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Outcome;
import io.leek.server.store.TaskStore;
import io.leek.task.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who waits for which tasks to finish. A wait is an entry in a map: it costs no thread, and the store is asked once when
 * it begins. What ends it is what this server commits; what others write is seen by a look at all of them each second.
 */
public final class Waits {

    /** Most tasks that are waited for at a time, by all clients together. */
    public static final int MAX = 100_000;

    /** What is read for one answer; a single task may be larger. */
    private static final long MAX_CHARACTERS = 1 << 20;

    /** Tasks that are read together. */
    private static final int AT_ONCE = 16;

    private static final Logger log = LoggerFactory.getLogger(Waits.class);

    private final TaskStore store;
    private final Executor lookUps;
    private final OncePerMinute said = new OncePerMinute();
    private final Map<String, Set<Watch>> watches = new HashMap<>();
    private int size;

    /** @param lookUps one thread that looks up in the store what people ask for */
    public Waits(TaskStore store, Committer committer, Executor lookUps) {
        this.store = store;
        this.lookUps = lookUps;
        committer.onCommitted(this::committed);
    }

    /** @param onFinished called when {@link #finished(Watch)} may have something; in any thread, it must not block */
    public Watch open(Runnable onFinished) {
        return new Watch(onFinished);
    }

    /**
     * From now on exactly these tasks are waited for.
     *
     * @return false where all clients together would wait for too many; nothing has changed then
     */
    public boolean set(Watch watch, Set<String> jids) {
        List<String> added = new ArrayList<>();
        boolean isReady;
        synchronized (this) {
            for (String jid : jids) {
                if (!watch.waiting.contains(jid) && !watch.finished.contains(jid)) {
                    added.add(jid);
                }
            }
            if (!added.isEmpty() && size + added.size() > MAX) {
                return false;
            }
            watch.finished.retainAll(jids);
            List<String> dropped =
                    watch.waiting.stream().filter(jid -> !jids.contains(jid)).toList();
            dropped.forEach(jid -> remove(watch, jid));
            added.forEach(jid -> add(watch, jid));
            isReady = !watch.finished.isEmpty();
        }
        if (isReady) {
            watch.onFinished.run();
        }
        // Only now: what finishes before this look is found by it, and what does after it is committed with us
        // listening.
        look(added);
        return true;
    }

    public synchronized void close(Watch watch) {
        List.copyOf(watch.waiting).forEach(jid -> remove(watch, jid));
        watch.finished.clear();
    }

    /**
     * Reads those that have finished, as many as fit into one answer. They stay until {@link #told}. For the thread that
     * looks things up.
     */
    public List<Task> finished(Watch watch) {
        List<String> jids;
        synchronized (this) {
            jids = List.copyOf(watch.finished);
        }
        List<Task> tasks = new ArrayList<>();
        List<String> again = new ArrayList<>();
        long characters = 0;
        try {
            for (int i = 0; i < jids.size() && characters <= MAX_CHARACTERS; i += AT_ONCE) {
                Set<String> left = new HashSet<>(jids.subList(i, Math.min(jids.size(), i + AT_ONCE)));
                for (Task task : store.findFinished(left)) {
                    left.remove(task.id());
                    if (characters <= MAX_CHARACTERS) {
                        tasks.add(task);
                        characters += characters(task);
                    }
                }
                again.addAll(left);
            }
        } catch (RuntimeException e) {
            // The sweep looks for what is waited for, so it comes back to them.
            waitOn(watch, jids);
            throw e;
        }
        // Somebody has retried these meanwhile, or deleted them.
        waitOn(watch, again);
        look(again);
        return tasks;
    }

    /** The client has got these. */
    public synchronized void told(Watch watch, List<Task> tasks) {
        tasks.forEach(task -> watch.finished.remove(task.id()));
    }

    /** These have finished, whoever wrote it. */
    public void ended(Collection<String> jids) {
        Set<Watch> told = new LinkedHashSet<>();
        synchronized (this) {
            for (String jid : jids) {
                for (Watch watch : List.copyOf(watches.getOrDefault(jid, Set.of()))) {
                    remove(watch, jid);
                    watch.finished.add(jid);
                    told.add(watch);
                }
            }
        }
        told.forEach(watch -> watch.onFinished.run());
    }

    /** Looks at the store, for all that is waited for at once. */
    public void sweep() {
        List<String> jids;
        synchronized (this) {
            jids = List.copyOf(watches.keySet());
        }
        if (!jids.isEmpty()) {
            ended(store.finished(jids));
        }
    }

    /** How many tasks are waited for; one that several clients wait for counts as often. */
    public synchronized int size() {
        return size;
    }

    /** Runs something that reads the store; where it fails, the next sweep makes up for it. */
    public void read(Runnable look) {
        try {
            lookUps.execute(() -> {
                try {
                    look.run();
                } catch (RuntimeException e) {
                    if (said.isDue("look")) {
                        log.warn(
                                "Finished tasks that clients wait for could not be looked up; it is tried again each"
                                        + " second: {}",
                                e.toString());
                    }
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("The server is stopping, nobody is told of finished tasks any more", e);
        }
    }

    private void committed(List<Change> changes, List<Outcome> outcomes) {
        synchronized (this) {
            if (watches.isEmpty()) {
                return;
            }
        }
        List<String> jids = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Done && finishes(changes.get(i))) {
                jids.add(changes.get(i).jid());
            }
        }
        ended(jids);
    }

    private static boolean finishes(Change change) {
        return change instanceof Change.Succeed
                || change instanceof Change.Fail
                || change instanceof Change.Park
                || change instanceof Change.Cancel;
    }

    private void look(List<String> jids) {
        if (!jids.isEmpty()) {
            read(() -> ended(store.finished(jids)));
        }
    }

    private synchronized void waitOn(Watch watch, List<String> jids) {
        for (String jid : jids) {
            if (watch.finished.remove(jid)) {
                add(watch, jid);
            }
        }
    }

    private void add(Watch watch, String jid) {
        if (watch.waiting.add(jid)) {
            watches.computeIfAbsent(jid, first -> new HashSet<>()).add(watch);
            size++;
        }
    }

    private void remove(Watch watch, String jid) {
        if (watch.waiting.remove(jid)) {
            size--;
            Set<Watch> others = watches.get(jid);
            if (others != null && others.remove(watch) && others.isEmpty()) {
                watches.remove(jid);
            }
        }
    }

    private static long characters(Task task) {
        String result = task.result();
        return task.payload().length() + (result == null ? 0 : result.length());
    }
}

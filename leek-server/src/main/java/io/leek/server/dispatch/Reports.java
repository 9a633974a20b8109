package io.leek.server.dispatch;

import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.Report;
import io.leek.task.TaskLog;
import io.leek.task.TaskProgress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What runs tell of themselves, gathered in memory and stored once a second, or when somebody asks for such a task. */
public final class Reports {

    /** What is kept in memory while the store does not answer. */
    private static final int MAX = 10_000;

    private final TaskStore store;
    private final Leases leases;
    private final Map<String, Report> unsaved = new HashMap<>();

    Reports(TaskStore store, Leases leases) {
        this.store = store;
        this.leases = leases;
    }

    /** False where the run has not the lease that it names. */
    public boolean add(Report report, String lease) {
        if (leases.find(report.jid()).filter(held -> held.has(lease)).isEmpty()) {
            return false;
        }
        synchronized (unsaved) {
            if (unsaved.size() < MAX || unsaved.containsKey(report.jid())) {
                unsaved.merge(report.jid(), report, Reports::merged);
            }
        }
        return true;
    }

    /** For a thread that may wait for the store, before it reads the task. */
    public void save(String jid) {
        boolean isUnsaved;
        synchronized (unsaved) {
            isUnsaved = unsaved.containsKey(jid);
        }
        if (isUnsaved) {
            save();
        }
    }

    /** One at a time, so that lines keep their order. */
    public synchronized void save() {
        List<Report> saving;
        synchronized (unsaved) {
            saving = List.copyOf(unsaved.values());
            unsaved.clear();
        }
        if (saving.isEmpty()) {
            return;
        }
        try {
            store.report(saving);
        } catch (RuntimeException e) {
            synchronized (unsaved) {
                saving.forEach(report -> unsaved.merge(report.jid(), report, (newer, older) -> merged(older, newer)));
            }
            throw e;
        }
    }

    private static Report merged(Report older, Report newer) {
        TaskProgress progress = newer.progress() == null ? older.progress() : newer.progress();
        return new Report(newer.jid(), progress, TaskLog.last(older.log(), newer.log()));
    }
}

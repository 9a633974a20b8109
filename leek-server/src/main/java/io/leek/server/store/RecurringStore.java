package io.leek.server.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Recurring tasks, each in one row. Its methods may be called beside {@link TaskStore#apply}, by one thread. */
public interface RecurringStore {

    /** All of them, with the task that has their key. */
    List<Declared> all();

    /** Stores definitions by name, new, changed or the same as before; all of them are declared as of now. */
    void declare(Map<String, String> definitions, Instant now);

    /** Notes the time for which a task was queued, and its id; no id where it was withdrawn. */
    void ticked(String name, Instant tick, @Nullable String jid);

    /** It goes on under another name; where that is taken, it is deleted. */
    void rename(String name, String to);

    /** Deletes one. */
    void forget(String name);

    /** The key that the queued task of a recurring task has. */
    static String key(String name) {
        return "recurring:" + name;
    }

    /**
     * A recurring task.
     *
     * @param definition JSON, as it was declared
     * @param lastTick the last time for which a task was queued; null before the first
     * @param lastJid that task's id
     * @param queued the task that has its key; null where it has none
     */
    record Declared(
            String name,
            String definition,
            Instant declaredAt,
            @Nullable Instant lastTick,
            @Nullable String lastJid,
            @Nullable Queued queued) {}

    /** An unfinished task. */
    record Queued(String jid, Instant dueAt, int attempts, boolean isLeased) {

        /** Whether no worker has had it. */
        public boolean isUntouched() {
            return attempts == 0 && !isLeased;
        }
    }
}

package io.leek.worker;

import io.leek.wire.Command;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tasks that this worker has, from their hand-out until the server has confirmed how they ended. */
final class HeldTasks {

    private static final Logger log = LoggerFactory.getLogger(HeldTasks.class);

    private final Map<String, Assignment> byTask = new ConcurrentHashMap<>();
    private final Set<String> endedLeases = ConcurrentHashMap.newKeySet();

    void add(Assignment task) {
        byTask.put(task.jid(), task);
    }

    boolean has(Assignment task) {
        return byTask.get(task.jid()) == task;
    }

    /** Its end is being reported, and may be confirmed any moment. */
    void ended(Assignment task) {
        endedLeases.add(task.lease());
    }

    boolean remove(Assignment task) {
        endedLeases.remove(task.lease());
        return byTask.remove(task.jid(), task);
    }

    List<Assignment> all() {
        return List.copyOf(byTask.values());
    }

    /** What to tell the server on joining. */
    List<Command.Held> report() {
        return byTask.values().stream()
                .map(task -> new Command.Held(task.jid(), task.lease()))
                .toList();
    }

    /** These are somebody else's by now: they are said once, not begun, and not reported as held any more. */
    void lost(List<Command.Held> lost) {
        for (Command.Held one : lost) {
            Assignment task = byTask.get(one.jid());
            // It may have been handed out to us again since.
            if (task != null
                    && task.lease().equals(one.lease())
                    && !endedLeases.contains(task.lease())
                    && remove(task)) {
                log.warn(
                        "Task {} ({}) is not this worker's any more; if it runs here, its outcome will not count, and"
                                + " another may run it",
                        task.jid(),
                        task.name());
            }
        }
    }
}

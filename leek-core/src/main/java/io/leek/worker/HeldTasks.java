package io.leek.worker;

import io.leek.wire.Command;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tasks that this worker has, from their hand-out until the server has confirmed how they ended. */
final class HeldTasks {

    private static final Logger log = LoggerFactory.getLogger(HeldTasks.class);

    private final Map<String, Assignment> byTask = new ConcurrentHashMap<>();

    /** By lease: ends that the server has not confirmed. */
    private final Map<String, CompletableFuture<Void>> unconfirmed = new ConcurrentHashMap<>();

    void add(Assignment task) {
        byTask.put(task.jid(), task);
    }

    boolean has(Assignment task) {
        return byTask.get(task.jid()) == task;
    }

    /**
     * Its end is to be reported; the caller completes the future once the server has confirmed it.
     *
     * @return null where its end was reported before
     */
    @Nullable
    CompletableFuture<Void> end(Assignment task) {
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        if (unconfirmed.putIfAbsent(task.lease(), confirmed) != null) {
            return null;
        }
        confirmed.whenComplete((done, error) -> {
            unconfirmed.remove(task.lease());
            remove(task);
        });
        return confirmed;
    }

    /** Done once every end reported so far is confirmed. */
    CompletableFuture<Void> confirmed() {
        return CompletableFuture.allOf(unconfirmed.values().toArray(CompletableFuture[]::new));
    }

    boolean remove(Assignment task) {
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
                    && !unconfirmed.containsKey(task.lease())
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

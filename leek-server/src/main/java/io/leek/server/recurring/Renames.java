package io.leek.server.recurring;

import io.leek.server.store.RecurringStore.Declared;
import io.leek.task.RecurringTask;
import io.leek.task.TaskJson;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Which recurring tasks go by another name now. */
final class Renames {

    private final Map<String, RecurringTask> successors = new HashMap<>();

    private Renames() {}

    static Renames in(Collection<RecurringTask> tasks) {
        Renames renames = new Renames();
        tasks.forEach(task -> task.formerNames().forEach(name -> renames.successors.put(name, task)));
        return renames;
    }

    static Renames of(List<Declared> stored) {
        return in(stored.stream().flatMap(one -> read(one).stream()).toList());
    }

    /** The task that has taken the place of the one that had this name; null where none has. */
    @Nullable
    RecurringTask successorOf(String name) {
        return successors.get(name);
    }

    /** Whether a version that knows the new name has been here, so that an older one must not bring the old one back. */
    boolean isOutdated(RecurringTask declared) {
        RecurringTask successor = successors.get(declared.name());
        return successor != null && !declared.formerNames().contains(successor.name());
    }

    private static List<RecurringTask> read(Declared stored) {
        try {
            return List.of(TaskJson.MAPPER.readValue(stored.definition(), RecurringTask.class));
        } catch (JacksonException e) {
            return List.of();
        }
    }
}

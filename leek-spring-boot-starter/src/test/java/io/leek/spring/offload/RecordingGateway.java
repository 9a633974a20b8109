package io.leek.spring.offload;

import io.leek.client.TaskGateway;
import io.leek.task.Task;
import io.leek.task.TaskQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Keeps what is pushed instead of sending it. */
public class RecordingGateway implements TaskGateway {

    public final List<List<ObjectNode>> pushes = new ArrayList<>();
    public final Map<String, Task> tasks = new HashMap<>();
    public @Nullable RuntimeException refusal;
    public @Nullable String heldBy;

    @Override
    public List<Pushed> push(List<ObjectNode> records) {
        if (refusal != null) {
            throw refusal;
        }
        pushes.add(records);
        return records.stream()
                .map(record ->
                        heldBy == null ? new Pushed(record.path("jid").asString(), true) : new Pushed(heldBy, false))
                .toList();
    }

    public ObjectNode only() {
        if (pushes.size() != 1 || pushes.get(0).size() != 1) {
            throw new AssertionError("expected one pushed task, but there are " + pushes);
        }
        return pushes.get(0).get(0);
    }

    @Override
    public Optional<Task> find(String id) {
        return Optional.ofNullable(tasks.get(id));
    }

    @Override
    public List<Task> list(TaskQuery query) {
        return List.copyOf(tasks.values());
    }

    @Override
    public long count(TaskQuery query) {
        return tasks.size();
    }

    @Override
    public boolean retry(String id) {
        return tasks.containsKey(id);
    }

    @Override
    public long retryAll(TaskQuery query) {
        return tasks.size();
    }

    @Override
    public boolean cancel(String id) {
        return tasks.containsKey(id);
    }
}

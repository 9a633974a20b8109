package io.leek.spring.test;

import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The tasks of a test, in the order they came. */
final class InlineTasks {

    /** Tasks that are kept; older finished ones are forgotten. */
    static final int KEPT = 1000;

    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<Task>> awaited = new HashMap<>();

    synchronized void put(Task task) {
        tasks.put(task.id(), task);
        CompletableFuture<Task> finished = task.state() == TaskState.QUEUED ? null : awaited.remove(task.id());
        if (finished != null) {
            finished.complete(task);
        }
        Iterator<Task> oldest = tasks.values().iterator();
        while (tasks.size() > KEPT && oldest.hasNext()) {
            if (oldest.next().state() != TaskState.QUEUED) {
                oldest.remove();
            }
        }
    }

    synchronized Optional<Task> find(String id) {
        return Optional.ofNullable(tasks.get(id));
    }

    /** One of its own for each who waits, so that each can give up. */
    synchronized CompletableFuture<Task> whenFinished(String id) {
        Task task = tasks.get(id);
        return task != null && task.state() != TaskState.QUEUED
                ? CompletableFuture.completedFuture(task)
                : awaited.computeIfAbsent(id, first -> new CompletableFuture<>())
                        .copy();
    }

    synchronized Optional<String> unfinishedWith(String key) {
        return tasks.values().stream()
                .filter(task -> task.state() == TaskState.QUEUED && key.equals(task.key()))
                .map(Task::id)
                .findFirst();
    }

    /** The newest first, from the query's page on. */
    List<Task> list(TaskQuery query) {
        List<Task> matching = matching(query);
        int from = 0;
        for (int i = 0; i < matching.size(); i++) {
            if (matching.get(i).id().equals(query.after())) {
                from = i + 1;
            }
        }
        return matching.stream()
                .skip(from)
                .limit(query.limit())
                .map(task -> task.withFailures(List.of()).withReport(null, List.of()))
                .toList();
    }

    /** All of them, whatever the query's page. */
    synchronized List<Task> matching(TaskQuery query) {
        List<Task> matching = new ArrayList<>();
        for (Task task : tasks.values()) {
            if (task.state() == query.state()
                    && (query.queue() == null || query.queue().equals(task.queue()))
                    && (query.name() == null || query.name().equals(task.name()))) {
                matching.add(task);
            }
        }
        Collections.reverse(matching);
        return matching;
    }
}

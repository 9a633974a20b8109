package io.leek.spring;

import io.leek.task.TaskRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.util.StringUtils;

/**
 * Which queues this process serves, and with how many threads.
 *
 * @param shared those that {@code leek.worker.concurrency} is for, in strict order
 * @param own the threads of those that have some of their own
 */
record ServedQueues(List<String> shared, int sharedThreads, Map<String, Integer> own) {

    /** @param named by the tasks of this application */
    static ServedQueues of(LeekProperties properties, Set<String> named) {
        Map<String, Integer> own = new TreeMap<>();
        properties.queues().forEach((name, queue) -> {
            if (queue.concurrency() != null) {
                own.put(name, queue.concurrency());
            }
        });
        List<String> shared = new ArrayList<>(properties.worker().queues());
        if (shared.isEmpty()) {
            Set<String> others = new TreeSet<>(named);
            others.addAll(properties.queues().keySet());
            others.remove(TaskRecord.DEFAULT_QUEUE);
            shared.add(TaskRecord.DEFAULT_QUEUE);
            shared.addAll(others);
        }
        shared.removeAll(own.keySet());
        return new ServedQueues(List.copyOf(shared), properties.worker().concurrency(), own);
    }

    /** For the line at start. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        if (!shared.isEmpty()) {
            parts.add("A worker with " + threads(sharedThreads) + " serves the queues " + shared);
        }
        own.forEach((queue, threads) -> parts.add("a worker with " + threads(threads) + " serves the queue " + queue));
        return StringUtils.capitalize(String.join(", ", parts));
    }

    private static String threads(int threads) {
        return threads + (threads == 1 ? " thread" : " threads");
    }
}

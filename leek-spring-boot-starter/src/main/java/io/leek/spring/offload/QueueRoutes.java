package io.leek.spring.offload;

import io.leek.task.TaskRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.util.PatternMatchUtils;

/** Which queue a task goes to that names none, by patterns on its name. The one with the most characters beside * wins. */
public final class QueueRoutes {

    /** All go to {@code default}. */
    public static final QueueRoutes NONE = new QueueRoutes(List.of());

    private final List<Route> routes;

    private record Route(String pattern, String queue) {

        private static final Comparator<Route> MOST_SPECIFIC_FIRST = Comparator.comparingInt(Route::letters)
                .reversed()
                .thenComparingInt(Route::stars)
                .thenComparing(Route::pattern);

        int letters() {
            return pattern.length() - stars();
        }

        int stars() {
            return (int) pattern.chars().filter(character -> character == '*').count();
        }
    }

    private QueueRoutes(List<Route> routes) {
        this.routes = routes;
    }

    /**
     * @param patterns by queue
     * @throws IllegalArgumentException where a pattern is blank, or given for two queues
     */
    public static QueueRoutes of(Map<String, List<String>> patterns) {
        List<Route> routes = new ArrayList<>();
        patterns.forEach((queue, all) -> all.forEach(pattern -> routes.add(new Route(pattern.strip(), queue))));
        routes.sort(Route.MOST_SPECIFIC_FIRST.thenComparing(Route::queue));
        for (int i = 0; i < routes.size(); i++) {
            Route route = routes.get(i);
            if (route.pattern().isEmpty()) {
                throw new IllegalArgumentException(
                        "leek.queues." + route.queue() + ".tasks must be names of tasks, but one is blank");
            }
            if (i > 0 && routes.get(i - 1).pattern().equals(route.pattern())) {
                throw new IllegalArgumentException("leek.queues." + route.queue() + ".tasks and leek.queues."
                        + routes.get(i - 1).queue() + ".tasks both have '" + route.pattern()
                        + "'; only one can have it");
            }
        }
        return new QueueRoutes(List.copyOf(routes));
    }

    String queueOf(String task) {
        return routes.stream()
                .filter(route -> PatternMatchUtils.simpleMatch(route.pattern(), task))
                .map(Route::queue)
                .findFirst()
                .orElse(TaskRecord.DEFAULT_QUEUE);
    }
}

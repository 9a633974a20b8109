package io.leek.spring;

import io.leek.spring.offload.QueueRoutes;
import io.leek.task.RetryBackoff;
import io.leek.task.TaskRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of Leek in an application.
 *
 * @param mode Where offloaded tasks go; in-app where leek-server is on the classpath, else remote.
 * @param role Whether this process is the application itself or a worker that the companion has started.
 * @param host Host of the server, in mode remote.
 * @param port Port of the server, in mode remote.
 * @param bind Addresses at which the in-app server listens, each as host:port; nowhere by default.
 * @param password Password of the server.
 * @param store Database in which the in-app server keeps tasks.
 * @param schema Schema of Leek's own tables.
 * @param outbox Whether tasks offloaded in a transaction are kept in the table leek_outbox of the application's database
 *     until they are sent, where that database does not keep the tasks itself.
 * @param queues Settings of single queues, by name: concurrency is the number of their tasks that this process runs at the
 *     same time beside those of all others, tasks the names of tasks to put there, with * for any characters.
 */
@ConfigurationProperties("leek")
public record LeekProperties(
        @Nullable Mode mode,
        @DefaultValue("application") Role role,
        @DefaultValue("localhost") String host,
        @DefaultValue("8002") int port,
        @DefaultValue List<String> bind,
        @Nullable String password,
        @DefaultValue("auto") Store store,
        @DefaultValue("leek") String schema,
        @DefaultValue("false") boolean outbox,
        @DefaultValue Client client,
        @DefaultValue Worker worker,
        @DefaultValue Retry retry,
        @DefaultValue Map<String, Queue> queues) {

    /** Where offloaded tasks go. */
    public enum Mode {
        /** To a server inside this application. */
        IN_APP,
        /** To a server elsewhere. */
        REMOTE,
        /** Nowhere: they run at once in the caller's thread. For tests. */
        INLINE
    }

    /** What this process is. */
    public enum Role {
        /** The application itself. */
        APPLICATION,
        /** A worker without web server. */
        WORKER
    }

    /** Which database the in-app server uses. */
    public enum Store {
        /** The application's, if it is PostgreSQL or a file of H2; else Leek's own file. */
        AUTO,
        /** The application's. */
        APPLICATION,
        /** Leek's own H2 file. */
        FILE
    }

    /**
     * @param timeout Longest time that one request to the server may take.
     */
    public record Client(@DefaultValue("5s") Duration timeout) {}

    /**
     * @param enabled Whether this process runs tasks; by default in mode in-app and in role worker.
     * @param id Unique identity of the worker; made up by default.
     * @param concurrency Number of tasks that run at the same time.
     * @param prefetch Number of tasks to hold beyond those that run, at most; as few as tasks are slow.
     * @param queues Queues to take tasks from, in strict order; by default all that this application's tasks name.
     * @param shutdownTimeout Time that running tasks get to end when the application stops.
     */
    public record Worker(
            @Nullable Boolean enabled,
            @Nullable String id,
            @DefaultValue("1") int concurrency,
            @DefaultValue("500") int prefetch,
            @DefaultValue List<String> queues,
            @DefaultValue("30s") Duration shutdownTimeout) {

        public Worker {
            if (concurrency < 1) {
                throw new IllegalArgumentException(
                        "leek.worker.concurrency must be at least 1, but was " + concurrency);
            }
        }
    }

    /**
     * @param maxRetries Number of times a task that threw is run again where its @LeekTask does not say.
     * @param delay Time before the first retry, where the @LeekTask does not say.
     * @param multiplier Number by which the delay is multiplied for each further retry, where the @LeekTask does not say.
     * @param maxDelay Longest time before a retry, where the @LeekTask does not say; a year by default.
     * @param jitter Time by which a delay is longer or shorter at random, where the @LeekTask does not say.
     */
    public record Retry(
            @DefaultValue("0") int maxRetries,
            @DefaultValue("1s") Duration delay,
            @DefaultValue("1") double multiplier,
            @Nullable Duration maxDelay,
            @DefaultValue("0s") Duration jitter) {

        public Retry {
            try {
                backoff(delay, multiplier, maxDelay, jitter);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("leek.retry: " + e.getMessage(), e);
            }
        }

        RetryBackoff backoff() {
            return backoff(delay, multiplier, maxDelay, jitter);
        }

        private static RetryBackoff backoff(
                Duration delay, double multiplier, @Nullable Duration maxDelay, Duration jitter) {
            return new RetryBackoff(delay, multiplier, maxDelay, jitter);
        }
    }

    /**
     * @param concurrency Number of its tasks that this process runs at the same time, on threads of its own.
     * @param tasks Names of tasks to put there, with * for any characters, where their @LeekTask names no queue.
     */
    public record Queue(
            @Nullable Integer concurrency, @DefaultValue List<String> tasks) {}

    public LeekProperties {
        queues = Map.copyOf(queues);
        queues.forEach(LeekProperties::check);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("leek.port must be 1 to 65535, but was " + port);
        }
    }

    QueueRoutes routes() {
        Map<String, List<String>> patterns = new TreeMap<>();
        queues.forEach((name, queue) -> patterns.put(name, queue.tasks()));
        return QueueRoutes.of(patterns);
    }

    private static void check(String name, Queue queue) {
        if (!TaskRecord.isQueueName(name)) {
            throw new IllegalArgumentException(
                    "leek.queues takes names of queues, 1 to 100 letters, digits, '.', '_' or '-' (those with a dot as"
                            + " leek.queues[a.b]), but found '" + name + "'");
        }
        if (queue.concurrency() != null && queue.concurrency() < 1) {
            throw new IllegalArgumentException(
                    "leek.queues." + name + ".concurrency must be at least 1, but was " + queue.concurrency());
        }
    }
}

package io.leek.server.crash;

import io.leek.client.ClientSettings;
import io.leek.client.Connector;
import io.leek.client.ServerAddress;
import io.leek.worker.TaskHandler;
import io.leek.worker.TaskHandlers;
import io.leek.worker.Worker;
import io.leek.worker.WorkerSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** A worker process with five threads, whose tasks go through a {@link Turnstile}. */
final class SemaphoreWorker implements TaskHandlers {

    static final String THROUGH = "turnstile.pass";

    private static final int CONCURRENCY = 5;

    private SemaphoreWorker() {}

    public static void main(String[] args) throws IOException {
        ServerAddress address =
                new ServerAddress(System.getenv("LEEK_HOST"), Integer.parseInt(System.getenv("LEEK_PORT")), null);
        Connector connector = new Connector(new ClientSettings(() -> address, Duration.ofSeconds(20), List.of()));
        WorkerSettings settings = new WorkerSettings(
                System.getenv("LEEK_WORKER_ID"), CONCURRENCY, 100, List.of("default"), Duration.ofSeconds(10));
        Worker worker = new Worker(connector, settings, new SemaphoreWorker());
        worker.start();
        Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
        if (System.in.read() >= 0) {
            System.exit(0);
        }
        Runtime.getRuntime().halt(1);
    }

    @Override
    public Set<String> names() {
        return Set.of(THROUGH);
    }

    @Override
    public Set<String> queues() {
        return Set.of("default");
    }

    @Override
    public Optional<TaskHandler> find(String name) {
        return Optional.of(new TaskHandler() {
            @Override
            public Object[] bind(ArrayNode args) {
                return new Object[] {args.path(0).asInt(0)};
            }

            @Override
            public @Nullable Object call(@Nullable Object[] arguments) throws Exception {
                Turnstile.pass((Integer) Objects.requireNonNull(arguments[0]));
                return null;
            }

            @Override
            public @Nullable String write(@Nullable Object result) {
                return null;
            }
        });
    }
}

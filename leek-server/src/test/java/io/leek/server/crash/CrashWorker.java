package io.leek.server.crash;

import io.leek.TaskContext;
import io.leek.client.ClientSettings;
import io.leek.client.Connector;
import io.leek.client.ServerAddress;
import io.leek.worker.TaskHandler;
import io.leek.worker.TaskHandlers;
import io.leek.worker.Worker;
import io.leek.worker.WorkerSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** A worker process that writes down what it does. Supervised it ends with its server, alone it waits for the next. */
final class CrashWorker implements TaskHandlers {

    static final String QUICK = "crash.quick";

    /** Under way for long enough to be met by a kill. */
    static final String SLOW = "crash.slow";

    static final String FAILING = "crash.failing";

    private static final int CONCURRENCY = 4;
    private static final long SLOW_MS = 20;

    private final Journal journal;

    private CrashWorker(Journal journal) {
        this.journal = journal;
    }

    /** The last argument is the folder of the journals. */
    public static void main(String[] args) throws IOException {
        String id = System.getenv("LEEK_WORKER_ID");
        Journal journal = new Journal(
                Path.of(args[args.length - 1]), ProcessHandle.current().pid() + ".journal");
        InetSocketAddress server =
                new InetSocketAddress(System.getenv("LEEK_HOST"), Integer.parseInt(System.getenv("LEEK_PORT")));
        int port = new Relay(server, journal).port();
        Connector connector = new Connector(new ClientSettings(
                () -> new ServerAddress("127.0.0.1", port, null), Duration.ofSeconds(20), List.of()));
        WorkerSettings settings = new WorkerSettings(id, CONCURRENCY, 500, List.of("default"), Duration.ofSeconds(10));
        Worker worker = new Worker(connector, settings, new CrashWorker(journal));
        worker.start();
        Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
        if (System.in.read() >= 0) {
            System.exit(0);
        }
        Runtime.getRuntime().halt(1);
    }

    @Override
    public Set<String> names() {
        return Set.of(QUICK, SLOW, FAILING);
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
                return new Object[0];
            }

            @Override
            public @Nullable Object call(@Nullable Object[] arguments) throws Exception {
                String jid = TaskContext.current().orElseThrow().id();
                journal.add(Journal.BEGUN, jid);
                if (name.equals(SLOW)) {
                    new CountDownLatch(1).await(SLOW_MS, TimeUnit.MILLISECONDS);
                }
                journal.add(Journal.ENDED, jid);
                if (name.equals(FAILING)) {
                    throw new Expected();
                }
                return null;
            }

            @Override
            public @Nullable String write(@Nullable Object result) {
                return null;
            }
        });
    }

    /** Without a stack trace, which would fill the log. */
    private static final class Expected extends Exception {

        private static final long serialVersionUID = 1;

        Expected() {
            super("as it should", null, false, false);
        }
    }
}

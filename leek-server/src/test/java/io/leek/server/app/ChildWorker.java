package io.leek.server.app;

import io.leek.TaskContext;
import io.leek.client.ClientSettings;
import io.leek.client.Connector;
import io.leek.client.ServerAddress;
import io.leek.worker.TaskHandler;
import io.leek.worker.TaskHandlers;
import io.leek.worker.Worker;
import io.leek.worker.WorkerSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** A small application to be supervised: it prints its arguments, and works, never joins, or fails at once. */
final class ChildWorker implements TaskHandlers {

    /** Ends its process in the first attempt. */
    static final String CRASHING = "crashing";

    /** Connects to the port in its argument, and goes on when that connection ends. */
    static final String WAITING = "waiting";

    private ChildWorker() {}

    /** An executable jar of it. */
    static Path jar(Path folder) throws IOException {
        return ChildJar.of(ChildWorker.class, folder);
    }

    public static void main(String[] args) throws Exception {
        System.out.println("arguments " + List.of(args) + ", property " + System.getProperty("child.property"));
        List<String> given = List.of(args);
        if (given.contains("fail")) {
            System.out.println("no way to go on");
            System.exit(9);
        }
        Worker worker = given.contains("silent") ? null : work();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        Thread watch = new Thread(() -> watch(input), "watch");
        watch.setDaemon(worker != null);
        watch.start();
    }

    private static Worker work() {
        ServerAddress address = new ServerAddress(
                System.getenv("LEEK_HOST"),
                Integer.parseInt(System.getenv("LEEK_PORT")),
                System.getenv("LEEK_PASSWORD"));
        Connector connector = new Connector(new ClientSettings(() -> address, Duration.ofSeconds(20), List.of()));
        WorkerSettings settings =
                new WorkerSettings(System.getenv("LEEK_WORKER_ID"), 1, 0, List.of("default"), Duration.ofSeconds(30));
        Worker worker = new Worker(connector, settings, new ChildWorker());
        worker.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            System.out.println("drains");
            worker.close();
            System.out.println("drained");
        }));
        return worker;
    }

    private static void watch(BufferedReader input) {
        try {
            while (input.readLine() != null) {
                new Thread(() -> System.exit(0)).start();
            }
        } catch (IOException gone) {
            // Like the end of the input.
        }
        Runtime.getRuntime().halt(1);
    }

    @Override
    public Set<String> names() {
        return Set.of(CRASHING, WAITING);
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
                if (name.equals(CRASHING) && TaskContext.current().orElseThrow().attempt() == 1) {
                    Runtime.getRuntime().halt(7);
                } else if (name.equals(WAITING)) {
                    await((Integer) Objects.requireNonNull(arguments[0]));
                }
                return null;
            }

            @Override
            public @Nullable String write(@Nullable Object result) {
                return null;
            }
        });
    }

    private static void await(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getInputStream().read();
        }
    }
}

package io.leek.server.crash;

import io.leek.server.Companion;
import io.leek.server.TestClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A companion with its worker, both of which can be killed; started again it has the same port and store. */
final class Server implements AutoCloseable {

    private final Path folder;
    private final Runs runs;
    private final Path workerJar;
    private final List<String> store;
    private final int port;
    private Companion companion;
    private long worker;

    Server(Path folder, Runs runs, Path workerJar, List<String> store) throws Exception {
        this.folder = folder;
        this.runs = runs;
        this.workerJar = workerJar;
        this.store = store;
        port = Companion.freePort();
        companion = start();
        awaitWorker();
    }

    int port() {
        return port;
    }

    /** The process of its worker. */
    long worker() {
        return worker;
    }

    private Companion start() throws IOException {
        List<String> args = new ArrayList<>(List.of(
                "--leek.bind=localhost:" + port,
                // At random one task may well be met by more kills than the usual three.
                "--leek.server.max-crashes=1000000",
                "--leek.app.jar=" + workerJar,
                "--leek.app.jvm-args=-XX:TieredStopAtLevel=1,-XX:+UseSerialGC,-Xmx128m",
                "--leek.app.args=" + runs.folder()));
        args.addAll(store);
        return Companion.start(folder, args.toArray(String[]::new));
    }

    private void awaitWorker() throws InterruptedException {
        worker = Long.parseLong(companion.awaitLine("runs as worker \\S+ in process (\\d+)"));
        companion.awaitLine("Worker leek-\\S+/app-\\d+ joined");
    }

    void killWorker() throws InterruptedException {
        Processes.kill(worker);
        runs.cutOff(worker);
    }

    /** Its worker ends by itself. */
    void kill() throws InterruptedException {
        companion.kill();
        runs.cutOff(worker);
    }

    /** After a kill of the server. */
    void startAgain() throws Exception {
        // It may be about to write its last line.
        Processes.awaitEnd(worker);
        companion.close();
        companion = start();
        awaitWorker();
    }

    /** After a kill of the worker alone. */
    void awaitNextWorker() throws InterruptedException {
        awaitWorker();
    }

    TestClient client() {
        return companion.client(port);
    }

    /** Waits until no task is left, not even one that a dead server or worker held. */
    void awaitEmptyQueue(long deadline) {
        try (TestClient client = client()) {
            long left = queued(client);
            while (left > 0) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError(left + " tasks are still queued");
                }
                // Nothing is in that queue, so the answer comes after a while.
                client.asks("LEEK FETCH {\"queues\":[\"empty\"],\"max\":1,\"wait_ms\":100}");
                left = queued(client);
            }
        }
    }

    private static long queued(TestClient client) {
        return client.asks("LEEK COUNT {\"state\":\"queued\"}").path("count").asLong();
    }

    void stop() throws InterruptedException {
        companion.terminate();
        companion.exitCode();
    }

    @Override
    public void close() {
        companion.close();
    }
}

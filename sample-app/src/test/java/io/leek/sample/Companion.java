package io.leek.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The companion with its worker, through any number of lives of both. */
final class Companion implements AutoCloseable {

    private static final Path SERVER = Path.of("..", "leek-server", "target", "leek-server.jar");

    private final Path folder;
    private final Path app;
    private final List<String> args;
    private final Set<ProcessHandle> workers = new HashSet<>();
    private JavaProcess process;
    private int life;
    private int worker;

    private Companion(Path folder, Path app, List<String> args) throws IOException {
        this.folder = folder;
        this.app = app;
        this.args = args;
        process = launch();
    }

    static Companion start(Path folder, Path app, String... args) throws IOException {
        return new Companion(folder, app, List.of(args));
    }

    ProcessHandle process() {
        return process.handle();
    }

    /** Waits until there is a worker process, which may not have joined yet. */
    ProcessHandle awaitWorkerProcess() throws InterruptedException {
        String pid = process.awaitLine("runs as worker \\S+/app-" + worker + " in process (\\d+)");
        ProcessHandle handle = ProcessHandle.of(Long.parseLong(pid))
                .orElseThrow(() -> new AssertionError("The worker ended by itself:\n" + process.output()));
        workers.add(handle);
        return handle;
    }

    /** Waits until the worker process takes tasks. */
    ProcessHandle awaitWorker() throws InterruptedException {
        ProcessHandle handle = awaitWorkerProcess();
        process.awaitLine("Worker \\S+/app-" + worker + " joined");
        return handle;
    }

    /** Ends the worker as {@code kill -9} does; the companion is to start it again. */
    void killWorker() throws InterruptedException {
        awaitWorkerProcess().destroyForcibly();
        worker++;
    }

    /** Ends the companion as {@code kill -9} does and starts it anew, at once: its worker may still be there. */
    void killAndStart() throws IOException, InterruptedException {
        workers.addAll(process.children());
        process.kill();
        keepLog();
        process = launch();
    }

    /** Stops it in good order and returns the exit code. */
    int stop() throws IOException, InterruptedException {
        workers.addAll(process.children());
        int code = process.terminate();
        keepLog();
        return code;
    }

    /** Every worker process that was seen. */
    Set<ProcessHandle> workers() {
        return workers;
    }

    /** Waits until no worker process is there but those that are children of the companion now. */
    void awaitEndOfOrphans() throws Exception {
        List<ProcessHandle> mine = process.children();
        for (ProcessHandle other : workers) {
            if (!mine.contains(other)) {
                other.onExit().get(30, TimeUnit.SECONDS);
            }
        }
    }

    @Override
    public void close() {
        workers.forEach(ProcessHandle::destroyForcibly);
        process.close();
    }

    private JavaProcess launch() throws IOException {
        List<String> all = new ArrayList<>(args);
        all.add(0, app.toAbsolutePath().toString());
        life++;
        worker = 1;
        return JavaProcess.start("companion " + life, folder, SERVER, all.toArray(String[]::new));
    }

    private void keepLog() throws IOException {
        Files.writeString(folder.resolve("companion-" + life + ".log"), process.output());
    }
}

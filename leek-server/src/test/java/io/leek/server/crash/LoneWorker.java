package io.leek.server.crash;

import io.leek.server.Companion;
import java.io.IOException;
import java.nio.file.Path;

/** A worker process that no server supervises: it outlives servers and joins the next. */
final class LoneWorker implements AutoCloseable {

    private final Runs runs;
    private final int port;
    private Process process;
    private int lives;

    LoneWorker(Runs runs, int port) throws IOException {
        this.runs = runs;
        this.port = port;
        process = start();
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        Companion.classpath(),
                        CrashWorker.class.getName(),
                        runs.folder().toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LEEK_HOST", "127.0.0.1");
        builder.environment().put("LEEK_PORT", String.valueOf(port));
        builder.environment().put("LEEK_WORKER_ID", "leek-lone-" + ++lives);
        return builder.start();
    }

    void serverKilled() throws IOException {
        runs.cutFromServer(process.pid());
    }

    void killAndStartAgain() throws IOException {
        Processes.kill(process.pid());
        runs.cutOff(process.pid());
        process = start();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

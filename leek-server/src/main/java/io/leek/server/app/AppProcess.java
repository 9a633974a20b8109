package io.leek.server.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of the worker process. It holds the other end of our pipe as its standard input, so that it notices our end
 * however it comes.
 */
final class AppProcess {

    private static final Logger log = LoggerFactory.getLogger("app");

    private static final int LAST_LINES = 20;

    /** Tells a stop from our sudden end, in which case the process has to end at once. */
    private static final byte[] STOP = "stop\n".getBytes(StandardCharsets.US_ASCII);

    private final Process process;
    private final boolean hearsStop;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final Thread reader;

    private AppProcess(Process process, boolean hearsStop) {
        this.process = process;
        this.hearsStop = hearsStop;
        reader = new Thread(this::copyOutput, "leek-app-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** @param environment where the server is and who the worker is, kept out of the arguments that others can see */
    static AppProcess start(App app, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(app.commandLine()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            return new AppProcess(builder.start(), app.hearsStop());
        } catch (IOException e) {
            throw new UncheckedIOException("The worker process can't be started: " + e.getMessage(), e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    CompletableFuture<Integer> onExit() {
        return process.onExit().thenApply(ended -> {
            awaitOutput();
            return ended.exitValue();
        });
    }

    List<String> lastLines() {
        synchronized (lastLines) {
            return List.copyOf(lastLines);
        }
    }

    /**
     * Asks it to end, and kills it with all that it has started when the time is over. Its standard input stays open
     * until then: the end of that would mean that we are gone.
     */
    void stop(Duration timeout) {
        try {
            askToEnd();
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("The worker process {} did not end within {} and is killed", pid(), timeout);
                kill();
                process.waitFor();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    private void askToEnd() {
        if (hearsStop) {
            try {
                OutputStream input = process.getOutputStream();
                input.write(STOP);
                input.flush();
                return;
            } catch (IOException e) {
                log.debug("The worker process does not read its standard input", e);
            }
        }
        // Unlike Process.destroy this leaves its input and output open.
        process.toHandle().destroy();
    }

    private void kill() {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }

    private void awaitOutput() {
        try {
            // A grandchild may hold the pipe open for longer than we care.
            reader.join(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void copyOutput() {
        try (BufferedReader lines = process.inputReader(Charset.defaultCharset())) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.info("[app] {}", line);
                synchronized (lastLines) {
                    lastLines.add(line);
                    if (lastLines.size() > LAST_LINES) {
                        lastLines.remove();
                    }
                }
            }
        } catch (IOException e) {
            log.debug("The worker process's output has ended", e);
        }
    }
}

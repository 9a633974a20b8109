package io.leek.server.app;

import io.leek.server.LeekServer;
import io.leek.server.app.AppFailedException.Kind;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one worker process running. It is started again when it ends, later each time that it ends soon. */
public final class AppSupervisor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AppSupervisor.class);

    /** So many lives that end before the worker has joined are enough to know that the next will too. */
    private static final int EARLY_DEATHS = 3;

    /**
     * @param firstBackoff between the end of a process and the start of the next
     * @param lastBackoff the longest of those, which double with each early death
     * @param stop how long a process may take to end
     * @param established how long a worker that does not have to join must live to count as one that works
     * @param unjoined when to say that a worker has not joined
     */
    record Times(Duration firstBackoff, Duration lastBackoff, Duration stop, Duration established, Duration unjoined) {

        static final Times USUAL = new Times(
                Duration.ofMillis(500),
                Duration.ofSeconds(30),
                Duration.ofSeconds(40),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60));
    }

    private final LeekServer server;
    private final App app;
    private final @Nullable String password;
    private final Times times;
    private final ScheduledExecutorService restarts = Executors.newSingleThreadScheduledExecutor(run -> {
        Thread thread = new Thread(run, "leek-app");
        thread.setDaemon(true);
        return thread;
    });
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private @Nullable AppProcess process;
    private boolean stopping;
    private int life;
    private int earlyDeaths;
    private Duration backoff;

    /** @param password what the server asks for */
    public AppSupervisor(LeekServer server, App app, @Nullable String password) {
        this(server, app, password, Times.USUAL);
    }

    AppSupervisor(LeekServer server, App app, @Nullable String password, Times times) {
        this.server = server;
        this.app = app;
        this.password = password;
        this.times = times;
        backoff = times.firstBackoff();
    }

    public synchronized void start() {
        if (stopping) {
            return;
        }
        life++;
        String workerId = server.workerId("app-" + life);
        long startedAt = System.nanoTime();
        AppProcess started = AppProcess.start(app, environment(workerId));
        process = started;
        log.info("{} runs as worker {} in process {}", app.name(), workerId, started.pid());
        started.onExit()
                .thenAcceptAsync(
                        code -> ended(started, isEstablished(workerId, System.nanoTime() - startedAt), workerId, code),
                        restarts);
        if (app.hasToJoin()) {
            restarts.schedule(
                    () -> sayUnjoined(started, workerId), times.unjoined().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Fails, with an {@link AppFailedException}, once the application turns out not to be able to work. */
    public CompletableFuture<Void> failed() {
        return failed;
    }

    @Override
    public void close() {
        AppProcess running;
        synchronized (this) {
            stopping = true;
            running = process;
        }
        if (running != null) {
            running.stop(times.stop());
        }
        restarts.shutdownNow();
    }

    private boolean isEstablished(String workerId, long livedNanos) {
        return server.hasJoined(workerId)
                || !app.hasToJoin() && livedNanos >= times.established().toNanos();
    }

    private synchronized void ended(AppProcess ended, boolean established, String workerId, int exitCode) {
        if (stopping) {
            return;
        }
        server.workerGone(workerId);
        earlyDeaths = established ? 0 : earlyDeaths + 1;
        if (earlyDeaths == EARLY_DEATHS) {
            stopping = true;
            failed.completeExceptionally(new AppFailedException(Kind.ENDED, lastWords(ended, exitCode)));
            return;
        }
        backoff = established ? times.firstBackoff() : later(backoff);
        log.warn(
                "The worker process {} ended with exit code {}; it is started again in {} ms. What it ran runs again",
                ended.pid(),
                exitCode,
                backoff.toMillis());
        restarts.schedule(this::restart, backoff.toMillis(), TimeUnit.MILLISECONDS);
    }

    private String lastWords(AppProcess ended, int exitCode) {
        String what = app.hasToJoin()
                ? "before it had joined as a worker"
                : "within " + times.established().toSeconds() + " s";
        List<String> lines = ended.lastLines();
        return "%s ended %d times %s, the last time with exit code %d. %s"
                .formatted(
                        app.name(),
                        EARLY_DEATHS,
                        what,
                        exitCode,
                        lines.isEmpty() ? "It printed nothing" : "Its last lines:\n" + String.join("\n", lines));
    }

    private synchronized void sayUnjoined(AppProcess started, String workerId) {
        if (process == started && started.isAlive() && !stopping && !server.hasJoined(workerId)) {
            log.warn(
                    "{} in process {} has been running for {} s and has not joined as a worker. Expected: an"
                            + " application with leek-spring-boot-starter that sets neither leek.mode=in-app nor"
                            + " leek.worker.enabled=false",
                    app.name(),
                    started.pid(),
                    times.unjoined().toSeconds());
        }
    }

    private synchronized void restart() {
        try {
            start();
        } catch (RuntimeException e) {
            backoff = later(backoff);
            log.warn("{} could not be started again; it is tried in {} ms", app.name(), backoff.toMillis(), e);
            restarts.schedule(this::restart, backoff.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Duration later(Duration backoff) {
        Duration doubled = backoff.multipliedBy(2);
        return doubled.compareTo(times.lastBackoff()) > 0 ? times.lastBackoff() : doubled;
    }

    private Map<String, String> environment(String workerId) {
        InetSocketAddress address = server.addresses().get(0);
        String host = address.getAddress().getHostAddress();
        String port = Integer.toString(address.getPort());
        String both = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        Map<String, String> environment = new HashMap<>(app.environment(both, password));
        environment.put("LEEK_HOST", host);
        environment.put("LEEK_PORT", port);
        environment.put("LEEK_WORKER_ID", workerId);
        environment.put("LEEK_SUPERVISED", "true");
        if (password != null) {
            environment.put("LEEK_PASSWORD", password);
        }
        return environment;
    }
}

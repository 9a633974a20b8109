package io.leek.server.app;

import io.leek.server.LeekServer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
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

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);

    private final LeekServer server;
    private final AppProperties properties;
    private final Path jar;
    private final @Nullable String password;
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
    private Duration backoff = FIRST_BACKOFF;

    /**
     * @param password what the server asks for
     * @throws AppFailedException where there is no such jar
     */
    public AppSupervisor(LeekServer server, AppProperties properties, Path jar, @Nullable String password) {
        this.server = server;
        this.properties = properties;
        this.jar = jar;
        this.password = password;
        if (!Files.isRegularFile(jar)) {
            throw new AppFailedException("The application's jar " + jar.toAbsolutePath() + " is not there. Expected: "
                    + "java -jar leek-server.jar path/to/app.jar");
        }
    }

    public synchronized void start() {
        if (stopping) {
            return;
        }
        life++;
        String workerId = server.workerId("app-" + life);
        AppProcess started = AppProcess.start(properties, jar, environment(workerId));
        process = started;
        log.info("{} runs as worker {} in process {}", jar.getFileName(), workerId, started.pid());
        started.onExit().thenAcceptAsync(code -> ended(started, workerId, code), restarts);
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
            running.stop(STOP_TIMEOUT);
        }
        restarts.shutdownNow();
    }

    private synchronized void ended(AppProcess ended, String workerId, int exitCode) {
        if (stopping) {
            return;
        }
        boolean early = !server.hasJoined(workerId);
        server.workerGone(workerId);
        earlyDeaths = early ? earlyDeaths + 1 : 0;
        if (earlyDeaths == EARLY_DEATHS) {
            stopping = true;
            failed.completeExceptionally(new AppFailedException(
                    "%s ended %d times before it had joined as a worker, the last time with exit code %d. Is it a Spring Boot application with leek-spring-boot-starter? Its last lines:%n%s"
                            .formatted(jar, EARLY_DEATHS, exitCode, String.join("\n", ended.lastLines()))));
            return;
        }
        backoff = early ? later(backoff) : FIRST_BACKOFF;
        log.warn(
                "The worker process {} ended with exit code {}; it is started again in {} ms. What it ran runs again",
                ended.pid(),
                exitCode,
                backoff.toMillis());
        restarts.schedule(this::restart, backoff.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void restart() {
        try {
            start();
        } catch (RuntimeException e) {
            backoff = later(backoff);
            log.warn("{} could not be started again; it is tried in {} ms", jar, backoff.toMillis(), e);
            restarts.schedule(this::restart, backoff.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static Duration later(Duration backoff) {
        Duration doubled = backoff.multipliedBy(2);
        return doubled.compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : doubled;
    }

    private Map<String, String> environment(String workerId) {
        InetSocketAddress address = server.addresses().get(0);
        Map<String, String> environment = new HashMap<>();
        environment.put("LEEK_HOST", address.getAddress().getHostAddress());
        environment.put("LEEK_PORT", Integer.toString(address.getPort()));
        environment.put("LEEK_WORKER_ID", workerId);
        environment.put("LEEK_SUPERVISED", "true");
        if (password != null) {
            environment.put("LEEK_PASSWORD", password);
        }
        return environment;
    }
}

package io.leek.spring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.SmartLifecycle;

/**
 * Reads the pipe whose other end the companion holds. The word {@code stop} ends this process in good order. When the
 * pipe ends, before that word or after it, the companion is gone and its successor will run our tasks again, so there is
 * little time left.
 */
class SupervisorWatch implements SmartLifecycle, ApplicationContextAware {

    private static final Logger log = LoggerFactory.getLogger(SupervisorWatch.class);

    private static final Duration LAST_SECONDS = Duration.ofSeconds(2);

    private final InputStream input;
    private volatile boolean running;
    private volatile ApplicationContext context;

    @SuppressWarnings("NullAway.Init") // set by Spring before start
    SupervisorWatch(InputStream input) {
        this.input = input;
    }

    @Override
    public void setApplicationContext(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public void start() {
        running = true;
        Thread watch = new Thread(this::watch, "leek-supervisor-watch");
        watch.setDaemon(true);
        watch.start();
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void watch() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.US_ASCII))) {
            while (lines.readLine() != null) {
                exit();
            }
        } catch (IOException e) {
            log.debug("The companion's pipe is broken", e);
        }
        log.warn("The companion is gone; this worker ends within {}", LAST_SECONDS);
        haltAfter(LAST_SECONDS);
        exit();
    }

    /** On a thread of its own, because a drain takes its time and the companion may go meanwhile. */
    private void exit() {
        new Thread(() -> System.exit(SpringApplication.exit(context)), "leek-exit").start();
    }

    private static void haltAfter(Duration time) {
        Thread halt = new Thread(
                () -> {
                    try {
                        Thread.sleep(time.toMillis());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    Runtime.getRuntime().halt(1);
                },
                "leek-halt");
        halt.setDaemon(true);
        halt.start();
    }
}

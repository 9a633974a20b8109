package io.leek.server;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread that reads the store. Its end is awaited, never forced: an interrupted read closes a whole H2 database. */
final class ReadThread extends ThreadPoolExecutor implements AutoCloseable {

    private static final long CLOSE_SECONDS = 10;

    ReadThread(String name) {
        super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), run -> {
            Thread thread = new Thread(run, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Takes no more reads and waits, for 10 s at most, until those it has are done. */
    @Override
    public void close() {
        shutdown();
        try {
            awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.leek.server.listen;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What has come in since this server started. */
final class Totals {

    private final AtomicInteger connections = new AtomicInteger();
    private final LongAdder commands = new LongAdder();
    private final LongAdder enqueued = new LongAdder();

    void connected() {
        connections.incrementAndGet();
    }

    void disconnected() {
        connections.decrementAndGet();
    }

    void command() {
        commands.increment();
    }

    void enqueued(long tasks) {
        enqueued.add(tasks);
    }

    int connections() {
        return connections.get();
    }

    long commands() {
        return commands.sum();
    }

    long enqueued() {
        return enqueued.sum();
    }
}

package io.leek.benchmarks.measure;

import io.leek.benchmarks.contender.Contender;
import io.leek.benchmarks.contender.Database;
import io.leek.benchmarks.contender.Runs;
import io.leek.benchmarks.contender.Session;
import io.leek.benchmarks.contender.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What a measurement works with: one contender on a database of its own, in this JVM alone. */
public final class Bench {

    private static final int CONNECTIONS = 40;
    private static final int BULK = 1_000;

    private final Contender contender;
    private final Database database;
    private final Limits limits;
    private final AtomicLong numbers = new AtomicLong();

    public Bench(Contender contender, Database database, Limits limits) {
        this.contender = contender;
        this.database = database;
        this.limits = limits;
    }

    Limits limits() {
        return limits;
    }

    Duration pollInterval() {
        return contender.pollInterval();
    }

    /** With connections enough for 32 callers. */
    Session open(Workers workers) throws Exception {
        return open(workers, CONNECTIONS);
    }

    Session open(Workers workers, int connections) throws Exception {
        return Session.open(contender, database, workers, connections);
    }

    /** An argument that no task has had before. */
    String argument() {
        return Runs.argument(numbers.getAndIncrement());
    }

    List<String> arguments(int count) {
        List<String> arguments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            arguments.add(argument());
        }
        return arguments;
    }

    /** Expects the next tasks to run, and only them. */
    void expectNext(int count) {
        Runs.expect(numbers.get(), count);
    }

    /**
     * Enqueues tasks that nobody runs yet, at most for as long as given. Returns how many are waiting then: what an
     * earlier drain has left stands before them, and counts with them.
     */
    int fill(int count, Duration atMost) throws Exception {
        int filled = 0;
        try (Session session = open(Workers.NONE)) {
            long end = System.nanoTime() + atMost.toNanos();
            do {
                int size = Math.min(bulkSize(), count - filled);
                session.contender().enqueueAll(arguments(size));
                filled += size;
            } while (filled < count && System.nanoTime() < end);
        }
        return Runs.expectAlso(filled);
    }

    /** Slow ones must be able to stop when the time is over. */
    private int bulkSize() {
        return Math.min(BULK, limits.tasks() / 10);
    }
}

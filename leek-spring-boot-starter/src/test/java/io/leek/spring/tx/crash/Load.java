package io.leek.spring.tx.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Several customers at once, until they are sent home or the application is gone. */
final class Load {

    static final int CUSTOMERS = 16;

    /** So many transfers acknowledged in the 100 ms before a kill make it one under load: each is a commit that is synced. */
    static final int BUSY_ANSWERS = 10;

    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final int port;
    private final AtomicLong ids;
    private final Journal journal;
    private final Queue<Long> answers = new ConcurrentLinkedQueue<>();
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
    private final Semaphore acknowledged = new Semaphore(0);
    private final List<CompletableFuture<Void>> ends = new ArrayList<>();
    private volatile boolean isEnding;

    /** @param ids the last number that a transfer has */
    Load(int port, AtomicLong ids, Journal journal) {
        this.port = port;
        this.ids = ids;
        this.journal = journal;
    }

    Load start(Random random) {
        for (int i = 0; i < CUSTOMERS; i++) {
            Random own = new Random(random.nextLong());
            ends.add(CompletableFuture.runAsync(() -> run(own), run -> new Thread(run, "customer").start()));
        }
        return this;
    }

    /** Waits until so many more have been acknowledged. */
    void await(int count) throws InterruptedException {
        boolean isThere = acknowledged.tryAcquire(count, 1, TimeUnit.MINUTES);
        assertThat(refusals).as("what the application could not do").isEmpty();
        assertThat(isThere)
                .as("%d transfers acknowledged within a minute, but %d were", count, acknowledged.availablePermits())
                .isTrue();
    }

    boolean wasBusyAt(long moment) {
        return answers.stream()
                        .filter(at -> at - moment <= 0 && moment - at < BUSY_NANOS)
                        .count()
                >= BUSY_ANSWERS;
    }

    /** Orders nothing more and waits for the answers that are still to come. */
    void end() throws Exception {
        isEnding = true;
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(1, TimeUnit.MINUTES);
        assertThat(refusals).as("what the application could not do").isEmpty();
    }

    private void run(Random random) {
        try (Customer customer = new Customer(port)) {
            while (!isEnding) {
                Transfer transfer = Transfer.random(ids.incrementAndGet(), random);
                String answer = customer.asks(Teller.MOVE + " " + transfer.toLine());
                if (answer.equals(Teller.DONE)) {
                    answers.add(System.nanoTime());
                    journal.acknowledged(transfer.id());
                    acknowledged.release();
                } else {
                    refusals.add(answer);
                }
            }
        } catch (IOException gone) {
            // Whether its last transfer was made, nobody knows.
        }
    }
}

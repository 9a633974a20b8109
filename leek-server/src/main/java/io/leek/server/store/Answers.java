package io.leek.server.store;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.CannotAcquireLockException;

/**
 * Answers those whose changes were made. It has a thread of its own, so that what follows from an answer does not hold up
 * the next changes.
 */
final class Answers {

    private static final Logger log = LoggerFactory.getLogger(Answers.class);

    private final Consumer<Submission> answered;
    private final BlockingQueue<Answer> due = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "leek-answer");

    /** @param answered told of each submission after its answer */
    Answers(Consumer<Submission> answered) {
        this.answered = answered;
        thread.setDaemon(true);
        thread.start();
    }

    void add(List<Submission> batch, List<Outcome> outcomes) {
        due.add(new Answer(batch, outcomes, null));
    }

    void addFailed(List<Submission> batch, Throwable failure) {
        due.add(new Answer(batch, List.of(), failure));
    }

    /** Answers in the caller's thread. */
    void give(List<Submission> batch, List<Outcome> outcomes) {
        give(new Answer(batch, outcomes, null));
    }

    void giveFailed(List<Submission> batch, Throwable failure) {
        give(new Answer(batch, List.of(), failure));
    }

    /** Answers what is due, then stops. */
    void close() {
        due.add(new Answer(List.of(), List.of(), null));
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // Callers wait for what they were promised.
            }
        }
    }

    boolean isThread(Thread current) {
        return current == thread;
    }

    private void run() {
        Answer answer = next();
        while (!answer.batch().isEmpty()) {
            give(answer);
            answer = next();
        }
    }

    private void give(Answer answer) {
        try {
            answer.give();
            answer.batch().forEach(answered);
        } catch (Throwable e) {
            // Also an error: there is only one thread that answers.
            log.error("What followed from an answer failed", e);
        }
    }

    private Answer next() {
        while (true) {
            try {
                return due.take();
            } catch (InterruptedException e) {
                // It ends with its committer alone.
                continue;
            }
        }
    }

    /** Changes of one caller, which come to the store together. */
    record Submission(List<Change> changes, int load, CompletableFuture<List<Outcome>> future) {

        private static final int CHARACTERS = 1024;

        static Submission of(List<? extends Change> changes) {
            long load = 0;
            for (Change change : changes) {
                load += 1 + characters(change) / CHARACTERS;
            }
            return new Submission(
                    List.copyOf(changes), (int) Math.min(load, Integer.MAX_VALUE / 4), new CompletableFuture<>());
        }

        private static int characters(Change change) {
            if (change instanceof Change.Insert insert) {
                return insert.payload().length();
            }
            if (change instanceof Change.Succeed succeed && succeed.result() != null) {
                return succeed.result().length();
            }
            return 0;
        }
    }

    /** Whoever asked may ask again, as after a failure of the database. */
    private static RuntimeException busy() {
        return new CannotAcquireLockException(
                "another transaction that is still open stands in the way; ask again once it has ended");
    }

    /** @param failure why the batch could not be made */
    private record Answer(
            List<Submission> batch,
            List<Outcome> outcomes,
            @Nullable Throwable failure) {

        void give() {
            int from = 0;
            for (Submission submission : batch) {
                if (failure == null) {
                    int to = from + submission.changes().size();
                    List<Outcome> made = List.copyOf(outcomes.subList(from, to));
                    from = to;
                    if (made.stream().anyMatch(Outcome.Busy.class::isInstance)) {
                        submission.future().completeExceptionally(busy());
                    } else {
                        submission.future().complete(made);
                    }
                } else {
                    submission.future().completeExceptionally(failure);
                }
            }
        }
    }
}

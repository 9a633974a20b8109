package io.leek.server.dispatch;

import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Lease;
import io.leek.server.store.Outcome;
import io.leek.server.store.QueuedTask;
import io.leek.server.store.TaskStore;
import io.leek.task.FailureReason;
import io.leek.task.InvalidTaskException;
import io.leek.task.RetryDecision;
import io.leek.task.RetryRule;
import io.leek.task.Task;
import io.leek.task.TaskFailure;
import io.leek.task.TaskRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How attempts end: with success, with a failure, given back, or with their worker. */
public final class Attempts {

    private static final Logger log = LoggerFactory.getLogger(Attempts.class);

    private final TaskStore store;
    private final Committer committer;
    private final Dispatcher dispatcher;
    private final Executor reads;
    private final Clock clock;
    private final Crashes crashes;
    private final Cancellations cancellations;
    private final Reports reports;
    private final RandomGenerator random;
    private final AtomicLong processed = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    public Attempts(
            TaskStore store,
            Committer committer,
            Dispatcher dispatcher,
            Executor reads,
            Clock clock,
            int maxCrashes,
            RandomGenerator random) {
        this.store = store;
        this.committer = committer;
        this.dispatcher = dispatcher;
        this.reads = reads;
        this.clock = clock;
        crashes = new Crashes(committer, dispatcher, clock, maxCrashes);
        cancellations = new Cancellations(store, committer, dispatcher, clock);
        reports = new Reports(store, dispatcher.leases());
        this.random = random;
    }

    /** What runs tell while they are under way. */
    public Reports reports() {
        return reports;
    }

    /** Attempts that ended since this server started, however they did. */
    public long processed() {
        return processed.get();
    }

    /** Those of them that failed. */
    public long failures() {
        return failures.get();
    }

    /** Tasks handed out now. */
    public int running() {
        return dispatcher.leases().count();
    }

    /** @param token null where the worker knows none */
    public CompletableFuture<Outcome> succeed(String jid, @Nullable String token, @Nullable String result) {
        Long seq = dispatcher.leases().find(jid).map(held -> held.row().seq()).orElse(null);
        return end(new Change.Succeed(jid, seq, token, clock.instant(), result), token)
                .whenComplete((outcome, error) -> count(outcome, processed));
    }

    /**
     * A worker has moved the row to success by itself. Where it has not, after all, the lease is one that nobody remembers.
     *
     * @return whether this server looked after the attempt
     */
    public boolean committed(String jid, @Nullable String token) {
        Optional<Held> held = dispatcher.leases().find(jid).filter(known -> known.has(token));
        held.ifPresent(dispatcher::ended);
        held.ifPresent(known -> processed.incrementAndGet());
        return held.isPresent();
    }

    /**
     * Ends an attempt as a failure: the task waits for its next retry, or is failed where it has none.
     */
    public CompletableFuture<Outcome> fail(String jid, @Nullable String token, TaskFailure failure, Verdict verdict) {
        Optional<Held> held = dispatcher.leases().find(jid).filter(known -> known.has(token));
        if (held.isPresent()) {
            return fail(held.get(), token, failure, verdict);
        }
        // Another server may have handed it out.
        return CompletableFuture.supplyAsync(() -> store.find(jid), reads)
                .thenCompose(task -> task.filter(Task::running)
                        .map(running -> failStored(running, token, failure, verdict))
                        .orElseGet(() -> CompletableFuture.completedFuture(new Outcome.Lost())));
    }

    /** Gives a task back; its attempt does not count. */
    public CompletableFuture<Outcome> release(String jid, String token, Duration delay) {
        Instant dueAt = delay.isZero() ? null : clock.instant().plus(delay);
        Optional<Held> held = dispatcher.leases().find(jid).filter(known -> known.has(token));
        return held.isPresent()
                ? dispatcher.release(held.get(), dueAt)
                : committer.submit(new Change.Release(jid, token, dueAt)).thenApply(outcome -> {
                    dispatcher.sweep();
                    return outcome;
                });
    }

    /** Ends a task that waits, or tells the worker that runs it; false where there is none, or it has finished. */
    public CompletableFuture<Boolean> cancel(String jid) {
        return cancellations.cancel(jid);
    }

    /** Sees to it that cancelled tasks end, whoever was told so. */
    public void sweepCancelled() {
        cancellations.sweep();
    }

    /** Puts a failed task back into its queue. */
    public CompletableFuture<Outcome> retry(String jid) {
        return committer.submit(new Change.Requeue(jid, clock.instant())).whenComplete((outcome, error) -> {
            if (outcome instanceof Outcome.Done) {
                dispatcher.readyAll(List.of(outcome));
            }
        });
    }

    /** Puts failed tasks back in one commit and tells how many were. */
    public CompletableFuture<Long> retryAll(List<String> jids) {
        Instant now = clock.instant();
        return committer
                .submitAll(
                        jids.stream().map(jid -> new Change.Requeue(jid, now)).toList())
                .thenApply(outcomes -> {
                    dispatcher.readyAll(outcomes);
                    return outcomes.stream()
                            .filter(Outcome.Done.class::isInstance)
                            .count();
                });
    }

    /**
     * Looks at every lease: that of a living Leek worker is lengthened in time, that of any other worker ends as a
     * failure once its reservation is over.
     */
    public void expire() {
        Workers workers = dispatcher.workers();
        for (Held held : dispatcher.leases().spent(0.5)) {
            if (workers.isJoined(held.lease().workerId())) {
                renew(held);
            }
        }
        for (Held held : dispatcher.leases().spent(1)) {
            if (!workers.isJoined(held.lease().workerId())) {
                expire(held);
            }
        }
    }

    /** The worker is gone: what a Leek worker ran runs again, what another ran may still be answered. */
    public void workerGone(String wid) {
        dispatcher.workers().remove(wid);
        dispatcher.quiet(wid);
        dispatcher.leases().of(wid).forEach(held -> crash(held.row(), held.lease()));
    }

    private void expire(Held held) {
        log.warn(
                "Task {} ({}): worker {} did not finish it within its reservation of {}",
                held.row().jid(),
                held.row().name(),
                held.lease().workerId(),
                held.reserveFor());
        dispatcher
                .workers()
                .find(held.lease().workerId())
                .ifPresent(worker -> worker.lost(held.row().jid()));
        String message = "Worker " + held.lease().workerId() + " did not finish it within " + held.reserveFor();
        fail(
                held,
                held.lease().token(),
                TaskFailure.of(FailureReason.EXPIRED, "ReservationExpired", message, List.of()),
                Verdict.NONE);
    }

    private void renew(Held held) {
        Instant until = clock.instant().plus(held.reserveFor());
        Lease lease = held.lease();
        committer
                .submit(new Change.Renew(held.row().jid(), lease.token(), until, lease.serverId()))
                .whenComplete((outcome, error) -> {
                    if (outcome instanceof Outcome.Done) {
                        dispatcher.leases().renewed(held);
                    } else if (outcome instanceof Outcome.Lost) {
                        dispatcher.leases().remove(held);
                    }
                });
    }

    /** The process that ran the task is gone. It runs again, unless it took too many down. */
    public CompletableFuture<Outcome> crash(QueuedTask row, Lease lease) {
        return crashes.crash(row, lease);
    }

    private CompletableFuture<Outcome> fail(Held held, @Nullable String token, TaskFailure failure, Verdict verdict) {
        Optional<Duration> delay = delay(held.retry(), verdict, held.row().failures() + 1);
        TaskFailure kept = cut(failure, held.backtrace());
        return delay.isPresent() && dispatcher.leases().isCancelled(held.row())
                ? fail(held.row().jid(), token, Cancellations.cancelled(kept), Optional.empty())
                : fail(held.row().jid(), token, kept, delay);
    }

    private CompletableFuture<Outcome> failStored(
            Task task, @Nullable String token, TaskFailure failure, Verdict verdict) {
        RetryRule retry;
        try {
            retry = TaskRecord.parse(task.payload()).retry();
        } catch (InvalidTaskException handWritten) {
            retry = RetryRule.NONE;
        }
        return fail(task.id(), token, failure, delay(retry, verdict, task.attempts() - task.crashes()));
    }

    private Optional<Duration> delay(RetryRule retry, Verdict verdict, int failed) {
        return verdict.isFinal() ? Optional.empty() : RetryDecision.next(retry, verdict.retryIn(), failed, random);
    }

    private CompletableFuture<Outcome> fail(
            String jid, @Nullable String token, TaskFailure failure, Optional<Duration> delay) {
        Instant now = clock.instant();
        if (delay.isEmpty()) {
            return end(new Change.Fail(jid, token, now, failure), token)
                    .whenComplete((outcome, error) -> count(outcome, processed, failures));
        }
        Instant next = now.plus(delay.get());
        return end(new Change.RetryLater(jid, token, now, next, failure), token).whenComplete((outcome, error) -> {
            count(outcome, processed, failures);
            dispatcher.schedule(next);
        });
    }

    private static void count(@Nullable Outcome outcome, AtomicLong... totals) {
        if (outcome instanceof Outcome.Done) {
            Arrays.stream(totals).forEach(AtomicLong::incrementAndGet);
        }
    }

    /** @param token the lease that ends; null for whichever there is */
    private CompletableFuture<Outcome> end(Change change, @Nullable String token) {
        return committer.submit(change).whenComplete((outcome, error) -> {
            // Lost means that the lease was another's, or none: the one remembered here is over in either case.
            if (error == null) {
                dispatcher
                        .leases()
                        .find(change.jid())
                        .filter(held -> held.has(token))
                        .ifPresent(dispatcher::ended);
            }
        });
    }

    private static TaskFailure cut(TaskFailure failure, int lines) {
        return lines <= 0 || failure.backtrace().size() <= lines
                ? failure
                : new TaskFailure(
                        failure.reason(),
                        failure.errtype(),
                        failure.message(),
                        failure.backtrace().subList(0, lines));
    }
}

package io.leek.spring.test;

import io.leek.TaskContext;
import io.leek.task.FailedAttempt;
import io.leek.task.FailureReason;
import io.leek.task.Task;
import io.leek.task.TaskFailure;
import io.leek.task.TaskKey;
import io.leek.task.TaskLog;
import io.leek.task.TaskProgress;
import io.leek.task.TaskRecord;
import io.leek.task.TaskState;
import io.leek.worker.TaskHandler;
import io.leek.worker.Thrown;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One run of one task: queued, bound, called, its result written, kept. */
final class InlineRun implements TaskContext.Host {

    private static final String WORKER = "inline";

    private final TaskRecord record;
    private final TaskHandler handler;
    private final Clock clock;
    private final InlineTasks tasks;
    private final Instant enqueuedAt;
    private final List<FailedAttempt> failures = new ArrayList<>();
    private @Nullable Instant startedAt;

    /** Null before and after the run. Guarded by this. */
    private @Nullable Thread thread;

    private boolean hasEnded;
    private @Nullable TaskProgress progress;
    private List<String> log = List.of();
    private volatile boolean isCancelled;

    InlineRun(TaskRecord record, TaskHandler handler, Clock clock, InlineTasks tasks) {
        this.record = record;
        this.handler = handler;
        this.clock = clock;
        this.tasks = tasks;
        this.enqueuedAt = clock.instant();
        tasks.find(record.jid()).ifPresent(before -> {
            failures.addAll(before.failures());
            progress = before.progressOrNull();
            log = before.log();
        });
    }

    void queue() {
        tasks.put(task(TaskState.QUEUED, null, null));
    }

    String id() {
        return record.jid();
    }

    @Override
    public boolean isCancelled() {
        return isCancelled;
    }

    @Override
    public synchronized void progress(long done, long of, @Nullable String message) {
        progress = new TaskProgress(done, of, message, clock.instant());
        tell();
    }

    @Override
    public synchronized void log(String text) {
        log = TaskLog.last(log, TaskLog.lines(text));
        tell();
    }

    private void tell() {
        if (thread != null && !hasEnded) {
            tasks.put(task(TaskState.QUEUED, null, null));
        }
    }

    /** Interrupts it, or keeps it from beginning; false where it has ended. */
    synchronized boolean cancel() {
        if (!hasEnded) {
            isCancelled = true;
            if (thread != null) {
                thread.interrupt();
            }
        }
        return !hasEnded;
    }

    /** Whether it may begin. */
    private synchronized boolean begin() {
        thread = Thread.currentThread();
        return !isCancelled;
    }

    private synchronized void end() {
        hasEnded = true;
        thread = null;
        if (isCancelled) {
            // An interrupt was meant for the task, not for whoever offloaded it.
            Thread.interrupted();
        }
    }

    /** What it threw, if it failed; nothing where it was cancelled, for that its handle tells. */
    Optional<Throwable> run() {
        Optional<Throwable> thrown;
        try {
            thrown = begin() ? perform() : Optional.empty();
        } finally {
            end();
        }
        if (isCancelled) {
            failed(FailureReason.CANCELLED, new CancellationException("cancelled"));
            return Optional.empty();
        }
        return thrown;
    }

    private Optional<Throwable> perform() {
        startedAt = clock.instant();
        tasks.put(task(TaskState.QUEUED, null, null));
        FailureReason stage = FailureReason.ARGUMENTS;
        try {
            @Nullable Object[] arguments = handler.bind(record.args());
            stage = FailureReason.EXCEPTION;
            Object result = TaskContext.run(record.jid(), record.name(), 1, this, () -> call(arguments))
                    .value();
            stage = FailureReason.RESULT;
            String written = handler.write(result);
            if (!isCancelled) {
                tasks.put(task(TaskState.SUCCESS, written, null));
            }
            return Optional.empty();
        } catch (Carried carried) {
            return failed(stage, carried.thrown);
        } catch (Throwable thrown) {
            return failed(stage, thrown);
        }
    }

    private Result call(@Nullable Object[] arguments) throws Exception {
        try {
            return new Result(handler.call(arguments));
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable neither) {
            throw new Carried(neither);
        }
    }

    private Optional<Throwable> failed(FailureReason reason, Throwable thrown) {
        if (isCancelled && reason != FailureReason.CANCELLED) {
            return Optional.empty();
        }
        TaskFailure failure =
                failure(reason, Thrown.of(thrown, handler::mayRetry).what());
        Instant now = clock.instant();
        failures.add(new FailedAttempt(1, startedAt == null ? now : startedAt, now, WORKER, failure));
        tasks.put(task(TaskState.FAILED, null, failure));
        return Optional.of(thrown);
    }

    private static TaskFailure failure(FailureReason reason, Throwable thrown) {
        List<String> lines = Stream.of(thrown.getStackTrace())
                .limit(TaskFailure.MAX_BACKTRACE)
                .map(StackTraceElement::toString)
                .toList();
        String message = thrown.getMessage() == null ? "" : thrown.getMessage();
        return TaskFailure.of(reason, thrown.getClass().getName(), message, lines);
    }

    private Task task(TaskState state, @Nullable String result, @Nullable TaskFailure failure) {
        boolean finished = state != TaskState.QUEUED;
        return new Task(
                record.jid(),
                record.name(),
                record.queue(),
                state,
                record.text(),
                record.priority(),
                key(),
                enqueuedAt,
                finished ? null : enqueuedAt,
                startedAt,
                finished ? clock.instant() : null,
                startedAt == null ? 0 : 1,
                0,
                WORKER,
                startedAt != null && !finished,
                result,
                failure,
                failures,
                progress,
                log);
    }

    private @Nullable String key() {
        TaskKey key = record.key();
        return key == null || key instanceof TaskKey.WhileQueued && startedAt != null ? null : key.text();
    }

    private record Result(@Nullable Object value) {}

    /** A throwable that is neither exception nor error, on its way through a signature that allows only those. */
    private static final class Carried extends Exception {

        private static final long serialVersionUID = 1L;

        private final Throwable thrown;

        Carried(Throwable thrown) {
            super(thrown);
            this.thrown = thrown;
        }
    }
}

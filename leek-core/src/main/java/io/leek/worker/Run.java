package io.leek.worker;

import io.leek.TaskContext;
import io.leek.task.FailureReason;
import io.leek.task.TaskFailure;
import io.leek.wire.Command;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One attempt: find the method, bind the arguments, call it, write its result. Ends as the answer to give. Another thread
 * may stop it, which interrupts the one that made it and performs it.
 */
final class Run implements TaskContext.Host {

    private static final Logger log = LoggerFactory.getLogger(Run.class);

    private final TaskHandlers handlers;
    private final Assignment task;
    private final Function<Assignment, RunReport> reports;

    /** Null once it has ended, so that no interrupt meets the next one. Guarded by this. */
    private @Nullable Thread thread = Thread.currentThread();

    private boolean isAbandoned;
    private volatile @Nullable Throwable stopped;
    private @Nullable RunReport report;

    /** @param reports made for a run that has something to tell */
    Run(TaskHandlers handlers, Assignment task, Function<Assignment, RunReport> reports) {
        this.handlers = handlers;
        this.task = task;
        this.reports = reports;
    }

    Assignment task() {
        return task;
    }

    @Override
    public boolean isCancelled() {
        return stopped != null;
    }

    @Override
    public void progress(long done, long of, @Nullable String message) {
        report().progress(done, of, message);
    }

    @Override
    public void log(String text) {
        report().log(text);
    }

    private synchronized RunReport report() {
        if (report == null) {
            report = reports.apply(task);
        }
        return report;
    }

    boolean cancel() {
        return stop(new CancellationException("cancelled while it ran"));
    }

    boolean timeOut() {
        return stop(new TimeoutException("it ran longer than its timeout of " + task.timeout()));
    }

    /** Interrupts it. False where it has ended, or was stopped before. */
    private synchronized boolean stop(Throwable why) {
        if (thread == null || stopped != null) {
            return false;
        }
        why.setStackTrace(thread.getStackTrace());
        stopped = why;
        thread.interrupt();
        return true;
    }

    /** What the task is still at, from now on without an answer of its own; empty where it has ended. */
    synchronized List<StackTraceElement> abandon() {
        isAbandoned = thread != null;
        return thread == null ? List.of() : List.of(thread.getStackTrace());
    }

    /** Whether an answer is still to be given. What has committed is told in any case. */
    synchronized boolean isToBeTold(Command answer) {
        return !isAbandoned || answer instanceof Command.Ack ack && Boolean.TRUE.equals(ack.committed());
    }

    private synchronized void ended() {
        thread = null;
        if (report != null) {
            report.end();
        }
    }

    Command perform() {
        MDC.put("leek.task", task.jid());
        MDC.put("leek.task.name", task.name());
        MDC.put("leek.attempt", Integer.toString(task.attempt()));
        try {
            return isCancelled() ? Answers.release(task) : find();
        } finally {
            MDC.remove("leek.task");
            MDC.remove("leek.task.name");
            MDC.remove("leek.attempt");
            ended();
            // An interrupt meant for this run, or set by it, must not reach the next one.
            Thread.interrupted();
        }
    }

    private Command find() {
        Optional<TaskHandler> handler = handlers.find(task.name());
        return handler.isPresent()
                ? bind(handler.get())
                : parked(
                        FailureReason.UNKNOWN_TASK,
                        "UnknownTask",
                        "no task method is called " + task.name() + " in this worker");
    }

    private Command bind(TaskHandler handler) {
        @Nullable Object[] arguments;
        try {
            arguments = handler.bind(task.args());
        } catch (Throwable e) {
            return parked(FailureReason.ARGUMENTS, e.getClass().getName(), messageOf(e));
        }
        return call(handler, arguments);
    }

    private Command call(TaskHandler handler, @Nullable Object[] arguments) {
        Attempt attempt = new Attempt(task.jid(), task.lease());
        Object result;
        try {
            result = TaskContext.run(
                    task.jid(), task.name(), task.attempt(), this, () -> rethrowing(handler, arguments, attempt));
        } catch (Throwable e) {
            return threw(handler, attempt, e);
        }
        if (attempt.isCommitted()) {
            return committed();
        }
        return stopped == null ? write(handler, result) : stopped();
    }

    /** The answer of a run that was stopped, whatever became of it. */
    Command stopped() {
        Throwable why = Objects.requireNonNull(stopped);
        boolean isTimeout = why instanceof TimeoutException;
        boolean mayRetry = isTimeout
                && handlers.find(task.name())
                        .map(handler -> !Thrown.of(why, handler::mayRetry).isFinal())
                        .orElse(true);
        FailureReason reason = isTimeout ? FailureReason.TIMEOUT : FailureReason.CANCELLED;
        log.warn(
                "Task {} ({}) was interrupted in attempt {}: {}",
                task.jid(),
                task.name(),
                task.attempt(),
                why.getMessage());
        return fail(failure(reason, why), !mayRetry, reason, null);
    }

    private Command threw(TaskHandler handler, Attempt attempt, Throwable e) {
        if (attempt.isCommitted()) {
            say("has committed and then threw, which does not count any more", e);
            return committed();
        }
        if (stopped != null) {
            return stopped();
        }
        if (attempt.isGivenBack()) {
            log.warn(
                    "Task {} ({}) goes back to its queue, its transaction was rolled back: {}",
                    task.jid(),
                    task.name(),
                    messageOf(e));
            return Answers.release(task);
        }
        if (attempt.resultError() != null) {
            say("ran, but its result can't be written as JSON, and its transaction was rolled back", e);
            return resultRefused(attempt.resultError());
        }
        Thrown thrown = Thrown.of(e, handler::mayRetry);
        Duration retryIn = thrown.retryIn();
        if (retryIn == null) {
            say("threw in attempt " + task.attempt(), e);
        } else {
            log.info(
                    "Task {} ({}) asks in attempt {} to be run again in {}",
                    task.jid(),
                    task.name(),
                    task.attempt(),
                    retryIn);
        }
        return fail(failure(FailureReason.EXCEPTION, thrown.what()), thrown.isFinal(), null, retryIn);
    }

    private Command committed() {
        return new Command.Ack(task.jid(), null, task.lease(), true);
    }

    private Command write(TaskHandler handler, @Nullable Object result) {
        try {
            return new Command.Ack(task.jid(), handler.write(result), task.lease());
        } catch (Throwable e) {
            say("ran, but its result can't be written as JSON", e);
            return resultRefused(e);
        }
    }

    private Command parked(FailureReason reason, String errtype, String message) {
        log.warn("Task {} ({}) is parked without having run: {}", task.jid(), task.name(), message);
        return fail(TaskFailure.of(reason, errtype, message, List.of()), true, reason, null);
    }

    private Command resultRefused(Throwable e) {
        return fail(failure(FailureReason.RESULT, e), true, FailureReason.RESULT, null);
    }

    private TaskFailure failure(FailureReason reason, Throwable e) {
        return TaskFailure.of(reason, e.getClass().getName(), messageOf(e), Backtrace.of(e, lines()));
    }

    private int lines() {
        return task.backtrace() > 0 ? Math.min(task.backtrace(), TaskFailure.MAX_BACKTRACE) : TaskFailure.MAX_BACKTRACE;
    }

    /** What the failure has cut is short enough for the line that a server takes. */
    private Command fail(TaskFailure cut, boolean isFinal, @Nullable FailureReason reason, @Nullable Duration retryIn) {
        return new Command.Fail(
                task.jid(),
                cut.errtype(),
                cut.message(),
                cut.backtrace(),
                task.lease(),
                isFinal ? true : null,
                reason == null ? null : reason.text(),
                retryIn == null ? null : millis(retryIn));
    }

    private static long millis(Duration retryIn) {
        try {
            return Math.max(0, retryIn.toMillis());
        } catch (ArithmeticException e) {
            return retryIn.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }

    /** An exception's own message may throw as well. */
    private static String messageOf(Throwable e) {
        try {
            return e.getMessage() == null ? "" : e.getMessage();
        } catch (Throwable broken) {
            return "its message can't be read: " + broken.getClass().getName();
        }
    }

    /** A log asks an exception for its message too, and a task that has ended must be answered whatever it says. */
    private void say(String what, Throwable e) {
        try {
            log.warn("Task {} ({}) {}", task.jid(), task.name(), what, e);
        } catch (Throwable broken) {
            log.warn(
                    "Task {} ({}) {}: {}, which can't be logged: {}",
                    task.jid(),
                    task.name(),
                    what,
                    e.getClass().getName(),
                    broken.getClass().getName());
        }
    }

    private static @Nullable Object rethrowing(TaskHandler handler, @Nullable Object[] arguments, Attempt attempt)
            throws Exception {
        try {
            return handler.call(arguments, attempt);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a task method threw neither an exception nor an error", e);
        }
    }
}

package io.leek.worker;

import io.leek.client.Connection;
import io.leek.client.Connector;
import io.leek.wire.Command;
import io.leek.wire.Replies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks, as many at a time as it has threads. Each thread takes one, runs it and answers; the answer is on its way
 * while the next one runs.
 */
public final class Worker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    private static final Duration BEAT_INTERVAL = Duration.ofSeconds(15);

    /** What an interrupt does not end in this time is given back while it still runs. */
    private static final Duration LAST_WAIT = Duration.ofSeconds(2);

    private final WorkerSettings settings;
    private final TaskHandlers handlers;
    private final HeldTasks held = new HeldTasks();
    private final Joining joining;
    private final Connection control;
    private final Connection fetching;
    private final Answers answers;
    private final Supply supply;
    private final RunsUnderWay running;
    private final Listening listening;
    private final Function<Assignment, RunReport> reports;
    private final List<Thread> threads = new ArrayList<>();
    private final ThreadFactory newThread;
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, run -> daemon(run, "leek-worker-timer"));
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile boolean interrupting;

    public Worker(Connector connector, WorkerSettings settings, TaskHandlers handlers) {
        this(connector, settings, handlers, new Numbered(), System::nanoTime);
    }

    /** @param newThread makes the threads that tasks run on, one for each that may run at the same time */
    public Worker(Connector connector, WorkerSettings settings, TaskHandlers handlers, ThreadFactory newThread) {
        this(connector, settings, handlers, newThread, System::nanoTime);
    }

    /** @param nanoTime by which fetched tasks grow old */
    Worker(
            Connector connector,
            WorkerSettings settings,
            TaskHandlers handlers,
            ThreadFactory newThread,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.newThread = newThread;
        this.handlers = handlers;
        joining = new Joining(settings, handlers, held);
        control = connector.open(settings.id(), joining);
        answers = new Answers(control, held);
        fetching = connector.open(settings.id(), joining);
        supply = new Supply(fetching, settings, held, answers, timer, nanoTime);
        // A run's timeout must not stay until its time when the run has long ended.
        timer.setRemoveOnCancelPolicy(true);
        running = new RunsUnderWay(answers, this::later);
        reports = task -> new RunReport(task, new ReportSender(), nanoTime);
        listening = new Listening(connector.open(settings.id()), settings.id(), this::heard, timer);
    }

    /** Starts fetching. */
    public void start() {
        for (int i = 1; i <= settings.concurrency(); i++) {
            Thread thread = newThread.newThread(this::work);
            threads.add(thread);
            thread.start();
        }
        new Declaration(control, handlers.recurring()).start(timer);
        listening.start();
        // Joining again is a sign of life that also tells what is held, in case a hand-out got lost on its way.
        timer.scheduleAtFixedRate(
                this::joinAgain, BEAT_INTERVAL.toSeconds(), BEAT_INTERVAL.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * Stops fetching, gives running tasks the shutdown time-out, then interrupts them and gives back what has not ended.
     */
    @Override
    public void close() {
        stop.countDown();
        CompletableFuture<Void> lastFetch = supply.stop();
        listening.close();
        timer.shutdownNow();
        // The server answers waiting fetches of a quiet worker at once.
        control.send(new Command.Beat(settings.id(), "quiet", null));
        long deadline = System.nanoTime() + settings.shutdownTimeout().toNanos();
        threads.removeIf(this::isExiting);
        boolean drained = threadsEnd(deadline);
        if (!drained) {
            log.warn(
                    "{} tasks still run after leek.worker.shutdown-timeout={}; they are interrupted and go back to the"
                            + " queue",
                    held.all().size(),
                    settings.shutdownTimeout());
            // Another worker starts a task as soon as it is given back, so it should have ended here before.
            interrupting = true;
            threads.forEach(Thread::interrupt);
            threadsEnd(System.nanoTime() + LAST_WAIT.toNanos());
            answers.giveBackRunning();
        }
        awaitConfirmed(lastFetch, Math.max(deadline, System.nanoTime() + LAST_WAIT.toNanos()));
        fetching.close();
        control.close();
    }

    private void work() {
        while (stop.getCount() > 0) {
            try {
                Assignment task = supply.take();
                if (task != null) {
                    run(task);
                }
            } catch (InterruptedException e) {
                log.debug("Interrupted between two tasks; the thread ends only when the worker stops");
            } catch (Throwable e) {
                // Nothing that one task does may end the thread that runs the next.
                log.error("A run ended in a way that no task should", e);
            }
        }
    }

    private void run(Assignment task) {
        Command answer = Answers.withoutDetails(task);
        Run run = new Run(handlers, task, reports);
        Future<?> timeout = running.begin(run);
        long begunAt = System.nanoTime();
        try {
            answer = run.perform();
        } finally {
            // Whatever was thrown: a task without an answer would count as running for as long as the worker lives.
            running.end();
            if (timeout != null) {
                timeout.cancel(false);
            }
            supply.ran(System.nanoTime() - begunAt);
            if (run.isToBeTold(answer)) {
                supply.told(answers.give(task, endedByTheStop(run, answer) ? Answers.release(task) : answer));
            }
        }
    }

    private void heard(Replies.News news) {
        if (Boolean.TRUE.equals(news.giveBack())) {
            supply.giveBack();
        }
        List<String> leases = news.leases();
        if (leases != null) {
            supply.takeBack(leases);
            running.cancel(leases);
        }
    }

    private @Nullable Future<?> later(Runnable what, Duration in) {
        try {
            return timer.schedule(what, saturated(in), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.trace("The worker stops, and interrupts what does not end in time", e);
            return null;
        }
    }

    /** A timer takes what fits into half of its range. */
    private static long saturated(Duration in) {
        return Math.min(TimeUnit.NANOSECONDS.convert(in), Long.MAX_VALUE / 2);
    }

    /** A failure that came after the interrupt is no fault of the task, unless it is for good anyway. */
    private boolean endedByTheStop(Run run, Command answer) {
        return interrupting && !run.isCancelled() && answer instanceof Command.Fail fail && fail.isFinal() == null;
    }

    /**
     * Whether the thread's task ends this process by itself: its thread then waits for us, so waiting for it would be in
     * vain. Not given back, its task counts as one that crashed its process.
     */
    private boolean isExiting(Thread thread) {
        boolean isExiting = Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals("java.lang.Runtime")
                        && frame.getMethodName().equals("exit"));
        Assignment task = running.of(thread);
        if (isExiting && task != null) {
            log.error("Task {} ({}) calls System.exit; that counts as a crash", task.jid(), task.name());
            held.remove(task);
        }
        return isExiting;
    }

    private boolean threadsEnd(long deadline) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return threads.stream().noneMatch(Thread::isAlive);
    }

    private void awaitConfirmed(CompletableFuture<Void> lastFetch, long deadline) {
        try {
            lastFetch
                    .thenCompose(none -> held.confirmed())
                    .get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("The server did not confirm every outcome before this worker stopped; those tasks run again");
        }
    }

    private void joinAgain() {
        Command join = joining.command();
        control.send(join).thenAccept(reply -> joining.answered(join, reply));
    }

    private static Thread daemon(Runnable run, String name) {
        Thread thread = new Thread(run, name);
        thread.setDaemon(true);
        return thread;
    }

    private static final class Numbered implements ThreadFactory {

        private final AtomicInteger made = new AtomicInteger();

        @Override
        public Thread newThread(Runnable run) {
            return new Thread(run, "leek-worker-" + made.incrementAndGet());
        }
    }

    /** What can't be told is forgotten: the next word is about as good, and the outcome does not depend on it. */
    private final class ReportSender implements RunReport.Sender {

        @Override
        public void send(Command report) {
            control.send(report).whenComplete((reply, error) -> log.trace("Told a run's progress: {}", reply, error));
        }

        @Override
        public void later(Runnable what, Duration in) {
            Worker.this.later(what, in);
        }
    }
}

package io.leek.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runs that this worker's threads are at, and how they are ended from outside: cancelled, or out of time. */
final class RunsUnderWay {

    /** What an interrupt has not ended by then keeps its thread, but its task is over. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(RunsUnderWay.class);

    private final Map<Thread, Run> byThread = new ConcurrentHashMap<>();
    private final Answers answers;
    private final BiFunction<Runnable, Duration, @Nullable Future<?>> timer;

    /** @param timer runs something after a while, unless what it returns is cancelled */
    RunsUnderWay(Answers answers, BiFunction<Runnable, Duration, @Nullable Future<?>> timer) {
        this.answers = answers;
        this.timer = timer;
    }

    @Nullable
    Assignment of(Thread thread) {
        Run run = byThread.get(thread);
        return run == null ? null : run.task();
    }

    /** This thread's run begins. The caller cancels what is returned once it has ended. */
    @Nullable
    Future<?> begin(Run run) {
        byThread.put(Thread.currentThread(), run);
        Duration timeout = run.task().timeout();
        return timeout == null ? null : timer.apply(() -> timeOut(run), timeout);
    }

    void end() {
        byThread.remove(Thread.currentThread());
    }

    /** Interrupts those runs that have these leases. */
    void cancel(Collection<String> leases) {
        for (Run run : byThread.values()) {
            if (leases.contains(run.task().lease()) && run.cancel()) {
                watch(run);
            }
        }
    }

    private void timeOut(Run run) {
        if (run.timeOut()) {
            watch(run);
        }
    }

    private void watch(Run run) {
        timer.apply(() -> giveUp(run), PATIENCE);
    }

    private void giveUp(Run run) {
        List<StackTraceElement> at = run.abandon();
        if (!at.isEmpty()) {
            log.warn(
                    "Task {} ({}) was interrupted {} s ago and still runs. It is over for the server, but keeps its thread, at\n{}",
                    run.task().jid(),
                    run.task().name(),
                    PATIENCE.toSeconds(),
                    at.stream().map(frame -> "\tat " + frame).collect(Collectors.joining("\n")));
            answers.give(run.task(), run.stopped());
        }
    }
}

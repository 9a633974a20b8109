package io.leek.benchmarks.contender;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

/** A pool of threads, as behind {@code @Async}. Not durable: its queue ends with the process. */
final class ExecutorContender implements Contender {

    private static final int BEST = 2;

    /** Beyond so many nobody waits for them: enqueuing is timed, which would fill the memory. */
    private static final int MOST_KEPT = 200_000;

    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private @Nullable ThreadPoolExecutor executor;
    private boolean works;

    @Override
    public void start(ApplicationContext application, Workers workers) {
        int threads = workers == Workers.BEST ? BEST : 1;
        works = workers != Workers.NONE;
        executor = new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, queue);
        if (works) {
            executor.prestartAllCoreThreads();
        }
    }

    @Override
    public void enqueue(String argument) {
        Runnable task = () -> Runs.ran(argument);
        if (works) {
            Objects.requireNonNull(executor, "not started").execute(task);
        } else {
            if (queue.size() >= MOST_KEPT) {
                queue.clear();
            }
            queue.add(task);
        }
    }

    @Override
    public void enqueueAll(List<String> arguments) {
        arguments.forEach(this::enqueue);
    }

    /** What is queued stays, for the next start. */
    @Override
    public void close() {
        if (executor != null && works) {
            executor.shutdownNow();
        }
    }
}

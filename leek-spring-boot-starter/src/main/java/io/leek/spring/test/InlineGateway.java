package io.leek.spring.test;

import io.leek.TaskRefusedException;
import io.leek.client.TaskGateway;
import io.leek.task.InvalidTaskException;
import io.leek.task.Task;
import io.leek.task.TaskJson;
import io.leek.task.TaskQuery;
import io.leek.task.TaskRecord;
import io.leek.task.TaskState;
import io.leek.worker.TaskHandler;
import io.leek.worker.TaskHandlers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs every task at once in the caller's thread. Arguments and results make the round trip through JSON, and what a
 * task method throws reaches the caller as it is. Delays and the times of keys are ignored, nothing is retried by itself,
 * and the last {@value InlineTasks#KEPT} tasks are kept in memory to be found.
 */
public final class InlineGateway implements TaskGateway {

    private final TaskHandlers handlers;
    private final Executor outsideTransaction;
    private final Clock clock;
    private final InlineTasks tasks = new InlineTasks();
    private final Map<String, InlineRun> unfinished = new ConcurrentHashMap<>();

    /** @param outsideTransaction runs in the caller's thread, out of the transaction that has just committed */
    public InlineGateway(TaskHandlers handlers, Executor outsideTransaction, Clock clock) {
        this.handlers = handlers;
        this.outsideTransaction = outsideTransaction;
        this.clock = clock;
    }

    /** Runs all of them, and then throws what the first that failed threw, with those of the others suppressed. */
    @Override
    public List<Pushed> push(List<ObjectNode> records) {
        List<Pushed> pushed = new ArrayList<>();
        List<InlineRun> runs = new ArrayList<>();
        for (ObjectNode json : records) {
            TaskRecord record = readBack(json);
            TaskHandler handler = handler(record.name());
            String holder = record.key() == null
                    ? record.jid()
                    : tasks.unfinishedWith(record.key().text()).orElse(record.jid());
            boolean isNew = holder.equals(record.jid());
            pushed.add(new Pushed(holder, isNew));
            if (isNew) {
                InlineRun run = new InlineRun(record, handler, clock, tasks);
                run.queue();
                runs.add(run);
            }
        }
        run(runs);
        return pushed;
    }

    @Override
    public Optional<Task> find(String id) {
        return tasks.find(id);
    }

    /** A task of a transaction runs, and finishes, only after its commit. */
    @Override
    public CompletableFuture<Task> whenFinished(String id) {
        return tasks.whenFinished(id);
    }

    @Override
    public List<Task> list(TaskQuery query) {
        return tasks.list(query);
    }

    @Override
    public long count(TaskQuery query) {
        return tasks.matching(query).size();
    }

    /** Runs the failed task again at once; what it throws reaches the caller. */
    @Override
    public boolean retry(String id) {
        return again(tasks.find(id).stream()
                        .filter(task -> task.state() == TaskState.FAILED)
                        .toList())
                == 1;
    }

    @Override
    public long retryAll(TaskQuery query) {
        if (query.state() != TaskState.FAILED) {
            throw new IllegalArgumentException("Only failed tasks can be retried, but the query is for "
                    + query.state().text());
        }
        return again(tasks.matching(query));
    }

    /** Interrupts a task that another thread runs, or keeps one from beginning that waits for its turn. */
    @Override
    public boolean cancel(String id) {
        InlineRun run = unfinished.get(id);
        return run != null && run.cancel();
    }

    private long again(List<Task> failed) {
        List<InlineRun> runs = new ArrayList<>();
        for (Task task : failed) {
            InlineRun run = new InlineRun(parse(task.payload()), handler(task.name()), clock, tasks);
            run.queue();
            runs.add(run);
        }
        run(runs);
        return runs.size();
    }

    private void run(List<InlineRun> runs) {
        List<Throwable> thrown = new ArrayList<>();
        runs.forEach(run -> unfinished.put(run.id(), run));
        outsideTransaction.execute(() -> runs.forEach(run -> {
            run.run().ifPresent(thrown::add);
            unfinished.remove(run.id(), run);
        }));
        if (!thrown.isEmpty()) {
            Throwable first = thrown.get(0);
            thrown.stream().filter(other -> other != first).forEach(first::addSuppressed);
            throw InlineGateway.<RuntimeException>asItIs(first);
        }
    }

    private TaskHandler handler(String name) {
        return handlers.find(name)
                .orElseThrow(() -> new TaskRefusedException(
                        "ERR",
                        "Task " + name + " can't run inline: this application has no such task method, only "
                                + handlers.names()));
    }

    private static TaskRecord readBack(ObjectNode json) {
        return parse(TaskJson.MAPPER.writeValueAsString(json));
    }

    private static TaskRecord parse(String payload) {
        try {
            return TaskRecord.parse(payload);
        } catch (InvalidTaskException e) {
            throw new TaskRefusedException("ERR", String.valueOf(e.getMessage()));
        }
    }

    /** The caller gets the task method's own exception, checked or not, as a direct call would give it. */
    @SuppressWarnings("unchecked")
    private static <X extends Throwable> X asItIs(Throwable thrown) throws X {
        throw (X) thrown;
    }
}

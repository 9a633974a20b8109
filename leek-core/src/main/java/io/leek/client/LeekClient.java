package io.leek.client;

import io.leek.LeekException;
import io.leek.LeekUnavailableException;
import io.leek.TaskRefusedException;
import io.leek.task.Task;
import io.leek.task.TaskJson;
import io.leek.task.TaskQuery;
import io.leek.task.TaskQueue;
import io.leek.task.TaskRecord;
import io.leek.task.TaskState;
import io.leek.wire.Command;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.node.ObjectNode;

/**
 * The gateway to a server, over a socket or within the process. Its methods wait for the answer, at most
 * {@link ClientSettings#timeout()} a request; within the process a push may also wait for the database itself, which
 * its driver bounds.
 */
public final class LeekClient implements TaskGateway, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LeekClient.class);

    /** Half of what a server takes as one line unless told otherwise. */
    private static final int MAX_BULK_CHARS = 2 * 1024 * 1024;

    /** The connection says when the time is over; this long after, its thread itself must be stuck. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** A server reports tasks that have waited for 10 s, and looks for them every few seconds. */
    private static final Duration UNSERVED_AFTER = Duration.ofSeconds(15);

    private static final int MILLIS_IN_SECOND = 1_000;

    private final StoreGreeting greeting = new StoreGreeting();
    private final @Nullable Connection connection;
    private final Function<Command, CompletableFuture<Reply>> server;
    private final AwaitedTasks awaited;
    private final ClientSettings settings;
    private final Duration patience;
    private final @Nullable UnservedWatch unserved;

    /** A client that logs when tasks it has pushed wait and no worker takes them. */
    public LeekClient(Connector connector) {
        this(connector, UNSERVED_AFTER);
    }

    /**
     * A client of a server in this process, which logs itself that no worker takes a task. Only waits go over a connection.
     *
     * @param server answers a command, and waits for its turn at most for the time given; where it throws, nothing was done
     */
    public LeekClient(Connector connector, BiFunction<Command, Duration, CompletableFuture<Reply>> server) {
        connection = null;
        awaited = new AwaitedTasks(connector);
        settings = connector.settings();
        patience = settings.timeout();
        this.server = command -> server.apply(command, patience);
        unserved = null;
    }

    LeekClient(Connector connector, Duration unservedAfter) {
        Connection opened = connector.open(greeting);
        connection = opened;
        server = opened::send;
        awaited = new AwaitedTasks(connector);
        settings = connector.settings();
        patience = settings.timeout().plus(GRACE);
        unserved = new UnservedWatch(
                () -> opened.send(new Command.Unserved()), ask -> opened.later(unservedAfter, ask), settings.address());
    }

    /** Tasks of more than 2 million characters together take several commits. */
    @Override
    public List<Pushed> push(List<ObjectNode> tasks) {
        List<Pushed> pushed = tasks.size() == 1 ? List.of(pushOne(tasks.get(0))) : pushBulk(tasks);
        if (unserved != null) {
            unserved.pushed(tasks);
        }
        return pushed;
    }

    @Override
    public Optional<Task> find(String id) {
        return ask(new Command.Get(id, null)) instanceof Reply.Bulk bulk
                ? Optional.of(TaskJson.MAPPER.readValue(bulk.json(), Task.class))
                : Optional.empty();
    }

    /** Waits on a connection of its own, which is opened by the first wait. */
    @Override
    public CompletableFuture<Task> whenFinished(String id) {
        return awaited.await(id);
    }

    @Override
    public List<Task> list(TaskQuery query) {
        return TaskJson.MAPPER.readValue(bulk(Command.ListTasks.of(query)), new TypeReference<List<Task>>() {});
    }

    @Override
    public long count(TaskQuery query) {
        Command count = new Command.Count(query.state().text(), query.queue(), query.name());
        return TaskJson.MAPPER.readValue(bulk(count), Replies.Count.class).count();
    }

    @Override
    public boolean retry(String id) {
        return retried(new Command.Retry(id, null, null)) > 0;
    }

    @Override
    public long retryAll(TaskQuery query) {
        if (query.state() != TaskState.FAILED) {
            throw new IllegalArgumentException("Only failed tasks can be retried, but the query is for "
                    + query.state().text());
        }
        return retried(new Command.Retry(null, query.queue(), query.name()));
    }

    @Override
    public List<TaskQueue> queues() {
        List<Replies.Queue> queues =
                TaskJson.MAPPER.readValue(bulk(new Command.Queues()), new TypeReference<List<Replies.Queue>>() {});
        return queues.stream()
                .map(queue -> new TaskQueue(
                        queue.name(),
                        queue.size(),
                        queue.paused(),
                        Duration.ofMillis(Math.round(queue.latency() * MILLIS_IN_SECOND))))
                .toList();
    }

    @Override
    public void pause(String queue) {
        ask(new Command.OnQueues("PAUSE", List.of(queueName(queue))));
    }

    @Override
    public void resume(String queue) {
        ask(new Command.OnQueues("RESUME", List.of(queueName(queue))));
    }

    private static String queueName(String queue) {
        if (!queue.equals("*") && !TaskRecord.isQueueName(queue)) {
            throw new IllegalArgumentException(
                    "queue must be 1 to 100 letters, digits, '.', '_' or '-', or * for all, but was '" + queue + "'");
        }
        return queue;
    }

    @Override
    public boolean cancel(String id) {
        return !(ask(new Command.Cancel(id)) instanceof Reply.Nil);
    }

    @Override
    public @Nullable String storeId() {
        return greeting.storeId();
    }

    @Override
    public void wake(List<Command.Written> tasks) {
        send(new Command.Wake(tasks))
                .whenComplete((reply, error) -> log.trace("Told of {} rows: {}", tasks.size(), reply, error));
    }

    @Override
    public void close() {
        awaited.close();
        if (connection != null) {
            connection.close();
        }
    }

    private Pushed pushOne(ObjectNode task) {
        String id = task.path("jid").asString();
        String name = task.path("jobtype").asString();
        try {
            Replies.Pushed pushed =
                    TaskJson.MAPPER.readValue(bulk(new Command.LeekPush(task.toString())), Replies.Pushed.class);
            return new Pushed(pushed.jid(), pushed.isNew());
        } catch (LeekUnavailableException e) {
            throw Unavailable.of(e, id, name);
        } catch (TaskRefusedException e) {
            throw refused(e.code(), id, name, String.valueOf(e.getMessage()));
        }
    }

    private List<Pushed> pushBulk(List<ObjectNode> tasks) {
        List<Pushed> pushed = new ArrayList<>(tasks.size());
        StringBuilder bulk = new StringBuilder("[");
        List<ObjectNode> inBulk = new ArrayList<>();
        for (ObjectNode task : tasks) {
            String json = task.toString();
            if (!inBulk.isEmpty() && bulk.length() + json.length() > MAX_BULK_CHARS) {
                pushed.addAll(send(bulk.append(']').toString(), inBulk, pushed.size()));
                bulk.setLength(1);
                inBulk.clear();
            }
            bulk.append(inBulk.isEmpty() ? "" : ",").append(json);
            inBulk.add(task);
        }
        if (!inBulk.isEmpty()) {
            pushed.addAll(send(bulk.append(']').toString(), inBulk, pushed.size()));
        }
        return pushed;
    }

    /** @param before how many tasks of the same call are queued already */
    private List<Pushed> send(String bulk, List<ObjectNode> tasks, int before) {
        ObjectNode first = tasks.get(0);
        String id = first.path("jid").asString();
        String name = first.path("jobtype").asString();
        Map<String, String> refused;
        try {
            refused = TaskJson.MAPPER.readValue(
                    bulk(new Command.PushBulk(bulk)), new TypeReference<Map<String, String>>() {});
        } catch (LeekUnavailableException e) {
            throw Unavailable.of(e, id, name + " and " + (tasks.size() - 1) + " more");
        } catch (TaskRefusedException e) {
            String others = tasks.size() == 1 ? "" : " and " + (tasks.size() - 1) + " more";
            String queued = before == 0 ? "" : " (the " + before + " tasks before it are queued)";
            throw refused(e.code(), id, name + others, e.getMessage() + queued);
        }
        if (!refused.isEmpty()) {
            Map.Entry<String, String> one = refused.entrySet().iterator().next();
            throw refused(
                    "ERR",
                    one.getKey(),
                    name,
                    "%s (%d of %d tasks were refused, the others are queued)"
                            .formatted(one.getValue(), refused.size(), tasks.size()));
        }
        return tasks.stream()
                .map(task -> new Pushed(task.path("jid").asString(), true))
                .toList();
    }

    private static TaskRefusedException refused(String code, String id, String name, String reason) {
        return new TaskRefusedException(code, "Task %s (%s) was refused: %s".formatted(id, name, reason));
    }

    private long retried(Command.Retry retry) {
        return TaskJson.MAPPER.readValue(bulk(retry), Replies.Retried.class).retried();
    }

    private String bulk(Command command) {
        if (ask(command) instanceof Reply.Bulk bulk) {
            return bulk.json();
        }
        throw new LeekException("The Leek server answered " + command.verb() + " with no data; is it of a version "
                + "that fits this client?");
    }

    private Reply ask(Command command) {
        long begun = System.nanoTime();
        Reply reply = await(send(command), begun);
        if (reply instanceof Reply.Failure failure) {
            if (failure.code().equals(Reply.Failure.UNAVAILABLE)) {
                throw Unavailable.because(settings.address(), "has no answer: " + failure.message(), true, null);
            }
            throw new TaskRefusedException(failure.code(), failure.message());
        }
        return reply;
    }

    private CompletableFuture<Reply> send(Command command) {
        try {
            return server.apply(command);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(
                    Unavailable.because(settings.address(), "did not take the request", false, e));
        }
    }

    private Reply await(CompletableFuture<Reply> reply, long begun) {
        try {
            long left = TimeUnit.NANOSECONDS.convert(patience) - (System.nanoTime() - begun);
            return reply.get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw Unavailable.because(settings.address(), "did not answer within " + patience, true, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Unavailable.because(settings.address(), "was not waited for, the thread was interrupted", true, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LeekUnavailableException unavailable) {
                // Thrown anew so that the stack trace is the caller's.
                throw new LeekUnavailableException(
                        String.valueOf(unavailable.getMessage()),
                        unavailable.host(),
                        unavailable.port(),
                        null,
                        unavailable.isOutcomeUnknown(),
                        unavailable);
            }
            throw new LeekException("Talking to the Leek server failed: " + e.getCause(), e.getCause());
        }
    }
}

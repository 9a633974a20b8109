package io.leek.spring.offload;

import io.leek.Completion;
import io.leek.TaskCaptureException;
import io.leek.spring.offload.RegisteredTask.Parameter;
import io.leek.spring.offload.RegisteredTask.TaskOptions;
import io.leek.task.Mutex;
import io.leek.task.RetryBackoff;
import io.leek.task.TaskId;
import io.leek.task.TaskJson;
import io.leek.task.TaskRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes calls as task records of the protocol. */
final class TaskRecords {

    private static final int MAX_NAME = 255;

    private final LeekJson json;
    private final OffloadSettings settings;

    TaskRecords(LeekJson json, OffloadSettings settings) {
        this.json = json;
        this.settings = settings;
    }

    /** A captured call. */
    ObjectNode of(RegisteredTask task, @Nullable Object[] arguments, OffloadOptions options) {
        ArrayNode args = TaskJson.MAPPER.createArrayNode();
        for (Parameter parameter : task.parameters()) {
            args.add(write(task, parameter, arguments[parameter.index()], parameter.type()));
        }
        return record(task.options(), args, arguments, options);
    }

    /** A call by name, its arguments tried against the parameters at once. */
    ObjectNode pushed(RegisteredTask task, @Nullable Object[] arguments, OffloadOptions options) {
        if (arguments.length != task.parameters().size()) {
            throw new IllegalArgumentException("Task %s takes %d arguments (%s), but %d were given"
                    .formatted(task.options().name(), task.parameters().size(), task.signature(), arguments.length));
        }
        ArrayNode args = TaskJson.MAPPER.createArrayNode();
        for (Parameter parameter : task.parameters()) {
            Object value = arguments[parameter.index()];
            boolean declared = value == null
                    || ClassUtils.isAssignableValue(parameter.type().getRawClass(), value);
            JavaType type = value == null || declared ? parameter.type() : json.type(value.getClass());
            args.add(write(task, parameter, value, type));
        }
        return record(task.options(), args, task.bind(args), options);
    }

    /** A call by parameter names. */
    ObjectNode pushed(RegisteredTask task, Map<String, ?> arguments, OffloadOptions options) {
        Set<String> unknown = new TreeSet<>(arguments.keySet());
        @Nullable Object[] positional = new @Nullable Object[task.parameters().size()];
        for (Parameter parameter : task.parameters()) {
            if (parameter.name() == null) {
                throw new IllegalArgumentException(
                        "The parameters of task " + task.options().name()
                                + " have no names in its class file. Compile it with -parameters, or pass the arguments in order.");
            }
            if (!unknown.remove(parameter.name())) {
                throw new IllegalArgumentException("Task %s takes (%s), but '%s' was not given"
                        .formatted(task.options().name(), task.signature(), parameter.name()));
            }
            positional[parameter.index()] = arguments.get(parameter.name());
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("Task %s takes (%s), but was also given %s"
                    .formatted(task.options().name(), task.signature(), unknown));
        }
        return pushed(task, positional, options);
    }

    /** A call of a task that only workers elsewhere know. */
    ObjectNode pushed(String name, @Nullable Object[] arguments, OffloadOptions options) {
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("A task's name must have 1 to " + MAX_NAME + " characters");
        }
        ArrayNode args = TaskJson.MAPPER.createArrayNode();
        for (int i = 0; i < arguments.length; i++) {
            Object value = arguments[i];
            try {
                args.add(value == null ? args.nullNode() : json.tree(value, json.type(value.getClass())));
            } catch (JacksonException e) {
                throw new IllegalArgumentException(
                        "Task %s: argument %d could not be written as JSON".formatted(name, i + 1), e);
            }
        }
        TaskOptions byDefault = new TaskOptions(
                name,
                List.of(),
                settings.routes().queueOf(name),
                TaskRecord.DEFAULT_PRIORITY,
                TaskRetry.OPEN,
                null,
                Completion.AFTER_RETURN,
                null);
        return record(byDefault, args, arguments, options);
    }

    /** What a recurring task pushes each time: without id and time. */
    ObjectNode recurring(RegisteredTask task) {
        ObjectNode record =
                record(task.options(), TaskJson.MAPPER.createArrayNode(), new Object[0], OffloadOptions.NONE);
        record.remove("jid");
        return record;
    }

    private ObjectNode record(TaskOptions task, ArrayNode args, @Nullable Object[] arguments, OffloadOptions options) {
        ObjectNode record = TaskJson.MAPPER.createObjectNode();
        record.put("jid", TaskId.next(settings.clock()));
        record.put("jobtype", task.name());
        record.set("args", args);
        record.put("queue", options.queue() == null ? task.queue() : options.queue());
        record.put("priority", options.priority() == null ? task.priority() : options.priority());
        int retries =
                options.maxRetries() == null ? task.retry().maxRetries(settings.maxRetries()) : options.maxRetries();
        record.put("retry", retries);
        Instant due = options.dueAt(settings.clock());
        if (due != null) {
            // Not sent for "now": a producer whose clock is ahead of the server's would delay the task.
            record.put("at", due.toString());
        }
        if (options.key() != null) {
            options.key().write(record.withObject("custom").withObject("leek"));
        }
        Duration timeout = options.timeout() == null ? task.timeout() : options.timeout();
        if (timeout != null) {
            record.withObject("custom").withObject("leek").put("timeout_ms", timeout.toMillis());
        }
        if (retries > 0) {
            record.withObject("custom")
                    .withObject("leek")
                    .set("retry", backoff(task, options).toJson());
        }
        Mutex mutex = options.mutex().of(task.name(), task.mutex(), arguments);
        if (mutex != null) {
            mutex.write(record.withObject("custom").withObject("leek"));
        }
        return record;
    }

    private RetryBackoff backoff(TaskOptions task, OffloadOptions options) {
        return options.backoff() == null ? task.retry().backoff(settings.backoff()) : options.backoff();
    }

    private JsonNode write(RegisteredTask task, Parameter parameter, @Nullable Object value, JavaType type) {
        try {
            return json.tree(value, type);
        } catch (JacksonException e) {
            throw new TaskCaptureException(
                    "Task %s: %s could not be written as JSON (%s). Nothing was sent."
                            .formatted(
                                    task.options().name(),
                                    parameter.described(),
                                    e.getClass().getSimpleName()),
                    e);
        }
    }
}

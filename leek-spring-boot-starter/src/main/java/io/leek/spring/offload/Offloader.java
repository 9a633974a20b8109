package io.leek.spring.offload;

import io.leek.TaskCaptureException;
import io.leek.TaskHandle;
import io.leek.client.TaskGateway;
import io.leek.client.TaskGateway.Pushed;
import io.leek.spring.offload.Captured.Recorded;
import io.leek.spring.offload.Captured.TakenByMock;
import io.leek.task.TaskId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.node.ObjectNode;

/** The way of a call: captured, looked up, written, sent; a handle is what comes back. */
final class Offloader {

    private final TaskMethods methods;
    private final LeekJson json;
    private final TaskResults results;
    private final TaskGateway gateway;
    private final MockCalls mocks;
    private final OffloadSettings settings;
    private final TaskRecords records;

    Offloader(TaskMethods methods, LeekJson json, TaskResults results, MockCalls mocks, OffloadSettings settings) {
        this.methods = methods;
        this.json = json;
        this.results = results;
        this.gateway = results.gateway();
        this.mocks = mocks;
        this.settings = settings;
        this.records = new TaskRecords(json, settings);
    }

    TaskGateway gateway() {
        return gateway;
    }

    MockCalls mocks() {
        return mocks;
    }

    <R extends @Nullable Object> TaskHandle<R> offload(Call call, OffloadOptions options) {
        return this.<R>offloadAll(List.of(call), options).get(0);
    }

    /** Captures every call before the first is sent, so that a mistake in one sends none. */
    <R extends @Nullable Object> List<TaskHandle<R>> offloadAll(List<Call> calls, OffloadOptions options) {
        List<Captured> captured = new ArrayList<>(calls.size());
        List<RegisteredTask> tasks = new ArrayList<>(calls.size());
        List<ObjectNode> toSend = new ArrayList<>(calls.size());
        for (Call call : calls) {
            Captured outcome = Capture.of(call, mocks, methods::singletons);
            captured.add(outcome);
            if (outcome instanceof Recorded recorded) {
                RegisteredTask task = registered(recorded.call());
                tasks.add(task);
                toSend.add(records.of(task, recorded.call().arguments(), options));
            }
        }
        Iterator<Pushed> pushed = toSend.isEmpty()
                ? List.<Pushed>of().iterator()
                : gateway.push(toSend).iterator();
        Iterator<RegisteredTask> task = tasks.iterator();
        List<TaskHandle<R>> handles = new ArrayList<>(captured.size());
        for (Captured outcome : captured) {
            handles.add(
                    outcome instanceof TakenByMock mock
                            ? finished(mock.result())
                            : handle(pushed.next(), task.next().returnType()));
        }
        return handles;
    }

    TaskHandle<?> push(String name, @Nullable Object[] arguments, OffloadOptions options) {
        RegisteredTask task = methods.task(name).orElse(null);
        return task == null
                ? send(records.pushed(name, arguments, options), json.type(Object.class))
                : send(records.pushed(task, arguments, options), task.returnType());
    }

    TaskHandle<?> push(String name, Map<String, ?> arguments, OffloadOptions options) {
        RegisteredTask task = methods.task(name)
                .orElseThrow(() -> new IllegalArgumentException("This application has no task '" + name
                        + "', and only with its method at hand are arguments known by name. Pass them in order, or use one of "
                        + methods.names()));
        return send(records.pushed(task, arguments, options), task.returnType());
    }

    <R extends @Nullable Object> TaskHandle<R> handle(String id, Class<R> resultType) {
        return new GatewayHandle<>(new Pushed(id, false), json.type(resultType), results);
    }

    private TaskHandle<?> send(ObjectNode record, JavaType resultType) {
        return handle(gateway.push(List.of(record)).get(0), resultType);
    }

    private <R extends @Nullable Object> TaskHandle<R> handle(Pushed pushed, JavaType resultType) {
        return new GatewayHandle<>(pushed, resultType, results);
    }

    @SuppressWarnings("unchecked")
    private <R extends @Nullable Object> TaskHandle<R> finished(@Nullable Object result) {
        return new FinishedHandle<>(TaskId.next(settings.clock()), (R) result);
    }

    private RegisteredTask registered(RecordedCall call) {
        return methods.task(call.beanName(), call.method())
                .orElseThrow(() -> new TaskCaptureException(("%s.%s of bean '%s' was not known when the application"
                                + " started, so that no worker would run it. Declare the bean with the class that has the"
                                + " method: the return type of its @Bean method, for instance. Nothing was sent.")
                        .formatted(
                                call.method().getDeclaringClass().getName(),
                                call.method().getName(),
                                call.beanName())));
    }
}

package io.leek;

import io.leek.task.RetryBackoff;
import io.leek.task.Task;
import io.leek.task.TaskId;
import io.leek.task.TaskQuery;
import io.leek.task.TaskQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Calls what it gets, at once. */
final class DirectLeek implements Leek, OffloadSpec {

    @Override
    public TaskHandle<Void> offload(TaskMethod.Void0 call) {
        try {
            call.call();
        } catch (Exception e) {
            throw DirectLeek.<RuntimeException>sneak(e);
        }
        return new Done<>(TaskId.next(Clock.systemUTC()), null);
    }

    @Override
    public <R extends @Nullable Object> TaskHandle<R> offload(TaskMethod.Value0<R> call) {
        return done(call);
    }

    @Override
    public <T> TaskHandle<?> offload(Class<T> type, TaskMethod.Void1<T> call) {
        throw noSpring("look up a " + type.getSimpleName());
    }

    @Override
    public <A> List<TaskHandle<Void>> offloadAll(Iterable<? extends A> arguments, TaskMethod.Void1<A> call) {
        List<TaskHandle<Void>> handles = new ArrayList<>();
        arguments.forEach(a -> handles.add(offload(() -> call.call(a))));
        return handles;
    }

    @Override
    public <A, R extends @Nullable Object> List<TaskHandle<R>> offloadAll(
            Iterable<? extends A> arguments, TaskMethod.Value1<A, R> call) {
        List<TaskHandle<R>> handles = new ArrayList<>();
        arguments.forEach(a -> handles.add(done(() -> call.call(a))));
        return handles;
    }

    @Override
    public TaskHandle<?> push(String name, @Nullable Object... arguments) {
        throw noSpring("look up the task " + name);
    }

    @Override
    public TaskHandle<?> push(String name, Map<String, ?> arguments) {
        throw noSpring("look up the task " + name);
    }

    @Override
    public <T> T on(Class<T> type) {
        throw noSpring("look up a " + type.getSimpleName());
    }

    @Override
    public <T> T on(String beanName, Class<T> type) {
        throw noSpring("look up the bean " + beanName);
    }

    @Override
    public Task0<Void> task(TaskMethod.Void0 method) {
        return () -> offload(method);
    }

    @Override
    public <A> Task1<A, Void> task(TaskMethod.Void1<A> method) {
        return a -> offload(() -> method.call(a));
    }

    @Override
    public <A, B> Task2<A, B, Void> task(TaskMethod.Void2<A, B> method) {
        return (a, b) -> offload(() -> method.call(a, b));
    }

    @Override
    public <A, B, C> Task3<A, B, C, Void> task(TaskMethod.Void3<A, B, C> method) {
        return (a, b, c) -> offload(() -> method.call(a, b, c));
    }

    @Override
    public <A, B, C, D> Task4<A, B, C, D, Void> task(TaskMethod.Void4<A, B, C, D> method) {
        return (a, b, c, d) -> offload(() -> method.call(a, b, c, d));
    }

    @Override
    public <R extends @Nullable Object> Task0<R> task(TaskMethod.Value0<R> method) {
        return () -> done(method);
    }

    @Override
    public <A, R extends @Nullable Object> Task1<A, R> task(TaskMethod.Value1<A, R> method) {
        return a -> done(() -> method.call(a));
    }

    @Override
    public <A, B, R extends @Nullable Object> Task2<A, B, R> task(TaskMethod.Value2<A, B, R> method) {
        return (a, b) -> done(() -> method.call(a, b));
    }

    @Override
    public <A, B, C, R extends @Nullable Object> Task3<A, B, C, R> task(TaskMethod.Value3<A, B, C, R> method) {
        return (a, b, c) -> done(() -> method.call(a, b, c));
    }

    @Override
    public <A, B, C, D, R extends @Nullable Object> Task4<A, B, C, D, R> task(TaskMethod.Value4<A, B, C, D, R> method) {
        return (a, b, c, d) -> done(() -> method.call(a, b, c, d));
    }

    @Override
    public OffloadSpec with() {
        return this;
    }

    @Override
    public OffloadSpec delay(Duration delay) {
        return this;
    }

    @Override
    public OffloadSpec at(Instant time) {
        return this;
    }

    @Override
    public OffloadSpec key(String key) {
        return this;
    }

    @Override
    public OffloadSpec key(String key, Duration atLeast) {
        return this;
    }

    @Override
    public OffloadSpec keyWhileQueued(String key) {
        return this;
    }

    @Override
    public OffloadSpec queue(String queue) {
        return this;
    }

    @Override
    public OffloadSpec priority(int priority) {
        return this;
    }

    @Override
    public OffloadSpec timeout(Duration timeout) {
        return this;
    }

    @Override
    public OffloadSpec maxRetries(int maxRetries) {
        return this;
    }

    @Override
    public OffloadSpec backoff(RetryBackoff backoff) {
        return this;
    }

    @Override
    public OffloadSpec mutex(String name) {
        return this;
    }

    @Override
    public OffloadSpec mutex(String name, int limit) {
        return this;
    }

    @Override
    public OffloadSpec ordered() {
        return this;
    }

    @Override
    public Optional<Task> find(String id) {
        throw noQueue();
    }

    @Override
    public <R extends @Nullable Object> TaskHandle<R> handle(String id, Class<R> resultType) {
        throw noQueue();
    }

    @Override
    public List<Task> list(TaskQuery query) {
        throw noQueue();
    }

    @Override
    public long count(TaskQuery query) {
        throw noQueue();
    }

    @Override
    public boolean retry(String id) {
        throw noQueue();
    }

    @Override
    public long retryAll(TaskQuery query) {
        throw noQueue();
    }

    @Override
    public List<TaskQueue> queues() {
        throw noQueue();
    }

    @Override
    public void pause(String queue) {
        throw noQueue();
    }

    @Override
    public void resume(String queue) {
        throw noQueue();
    }

    @Override
    public boolean cancel(String id) {
        throw noQueue();
    }

    private static <R extends @Nullable Object> TaskHandle<R> done(TaskMethod.Value0<R> call) {
        try {
            return new Done<>(TaskId.next(Clock.systemUTC()), call.call());
        } catch (Exception e) {
            throw DirectLeek.<RuntimeException>sneak(e);
        }
    }

    /** The caller gets the task method's own exception, checked or not, as a direct call would give it. */
    @SuppressWarnings("unchecked")
    private static <X extends Exception> X sneak(Exception e) throws X {
        throw (X) e;
    }

    private static UnsupportedOperationException noSpring(String what) {
        return new UnsupportedOperationException("Leek.direct() has no application context to " + what
                + " in; use the form offload(() -> bean.method(…)), or a Spring test with leek.mode=inline");
    }

    private static UnsupportedOperationException noQueue() {
        return new UnsupportedOperationException(
                "Leek.direct() keeps no tasks; use a Spring test with leek.mode=inline to look tasks up");
    }

    private record Done<R extends @Nullable Object>(
            String id, @Nullable R value) implements TaskHandle<R> {

        @Override
        public boolean isNew() {
            return true;
        }

        @Override
        public Optional<Task> find() {
            throw noQueue();
        }

        @Override
        public Optional<R> result() {
            return Optional.ofNullable(value);
        }

        @Override
        public @Nullable R await(Duration timeout) {
            return value;
        }

        @Override
        public CompletableFuture<@Nullable R> toCompletableFuture() {
            return CompletableFuture.completedFuture(value);
        }

        @Override
        public boolean cancel() {
            return false;
        }
    }
}

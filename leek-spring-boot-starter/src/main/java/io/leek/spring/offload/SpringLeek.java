package io.leek.spring.offload;

import io.leek.Leek;
import io.leek.OffloadSpec;
import io.leek.Task0;
import io.leek.Task1;
import io.leek.Task2;
import io.leek.Task3;
import io.leek.Task4;
import io.leek.TaskHandle;
import io.leek.TaskMethod;
import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskQueue;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link Leek} for the beans of an application context. */
final class SpringLeek extends CapturingOffloads implements Leek {

    SpringLeek(Offloader offloader, TaskBeans beans) {
        super(offloader, beans, OffloadOptions.NONE);
    }

    @Override
    public <T> T on(Class<T> type) {
        return beans.on(type);
    }

    @Override
    public <T> T on(String beanName, Class<T> type) {
        return beans.on(beanName, type);
    }

    @Override
    public Task0<Void> task(TaskMethod.Void0 method) {
        MethodReference.checkBound(method, offloader.mocks());
        return () -> offload(method);
    }

    @Override
    public <A> Task1<A, Void> task(TaskMethod.Void1<A> method) {
        MethodReference.checkBound(method, offloader.mocks());
        return a -> offloader.offload(Call.of(method, a), options);
    }

    @Override
    public <A, B> Task2<A, B, Void> task(TaskMethod.Void2<A, B> method) {
        MethodReference.checkBound(method, offloader.mocks());
        return (a, b) -> offloader.offload(Call.of(method, a, b), options);
    }

    @Override
    public <A, B, C> Task3<A, B, C, Void> task(TaskMethod.Void3<A, B, C> method) {
        MethodReference.checkBound(method, offloader.mocks());
        return (a, b, c) -> offloader.offload(Call.of(method, a, b, c), options);
    }

    @Override
    public <A, B, C, D> Task4<A, B, C, D, Void> task(TaskMethod.Void4<A, B, C, D> method) {
        MethodReference.checkBound(method, offloader.mocks());
        return (a, b, c, d) -> offloader.offload(Call.of(method, a, b, c, d), options);
    }

    @Override
    public <R extends @Nullable Object> Task0<R> task(TaskMethod.Value0<R> method) {
        MethodReference.checkBound(method, offloader.mocks());
        return () -> offload(method);
    }

    @Override
    public <A, R extends @Nullable Object> Task1<A, R> task(TaskMethod.Value1<A, R> method) {
        MethodReference.checkBound(method, offloader.mocks());
        return a -> offloader.offload(Call.returning(method, a), options);
    }

    @Override
    public <A, B, R extends @Nullable Object> Task2<A, B, R> task(TaskMethod.Value2<A, B, R> method) {
        MethodReference.checkBound(method, offloader.mocks());
        return (a, b) -> offloader.offload(Call.returning(method, a, b), options);
    }

    @Override
    public <A, B, C, R extends @Nullable Object> Task3<A, B, C, R> task(TaskMethod.Value3<A, B, C, R> method) {
        MethodReference.checkBound(method, offloader.mocks());
        return (a, b, c) -> offloader.offload(Call.returning(method, a, b, c), options);
    }

    @Override
    public <A, B, C, D, R extends @Nullable Object> Task4<A, B, C, D, R> task(TaskMethod.Value4<A, B, C, D, R> method) {
        MethodReference.checkBound(method, offloader.mocks());
        return (a, b, c, d) -> offloader.offload(Call.returning(method, a, b, c, d), options);
    }

    @Override
    public OffloadSpec with() {
        return new SpringOffloadSpec(offloader, beans, options);
    }

    @Override
    public Optional<Task> find(String id) {
        return offloader.gateway().find(id);
    }

    @Override
    public <R extends @Nullable Object> TaskHandle<R> handle(String id, Class<R> resultType) {
        return offloader.handle(id, resultType);
    }

    @Override
    public List<Task> list(TaskQuery query) {
        return offloader.gateway().list(query);
    }

    @Override
    public long count(TaskQuery query) {
        return offloader.gateway().count(query);
    }

    @Override
    public boolean retry(String id) {
        return offloader.gateway().retry(id);
    }

    @Override
    public long retryAll(TaskQuery query) {
        return offloader.gateway().retryAll(query);
    }

    @Override
    public List<TaskQueue> queues() {
        return offloader.gateway().queues();
    }

    @Override
    public void pause(String queue) {
        offloader.gateway().pause(queue);
    }

    @Override
    public void resume(String queue) {
        offloader.gateway().resume(queue);
    }

    @Override
    public boolean cancel(String id) {
        return offloader.gateway().cancel(id);
    }
}

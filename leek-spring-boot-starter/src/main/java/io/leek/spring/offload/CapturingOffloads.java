package io.leek.spring.offload;

import io.leek.Offloading;
import io.leek.TaskHandle;
import io.leek.TaskMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The forms of offloading, for a {@code Leek} and for one with options. */
abstract class CapturingOffloads implements Offloading {

    final Offloader offloader;
    final TaskBeans beans;
    final OffloadOptions options;

    CapturingOffloads(Offloader offloader, TaskBeans beans, OffloadOptions options) {
        this.offloader = offloader;
        this.beans = beans;
        this.options = options;
    }

    @Override
    public TaskHandle<Void> offload(TaskMethod.Void0 call) {
        return offloader.offload(Call.of(call), options);
    }

    @Override
    public <R extends @Nullable Object> TaskHandle<R> offload(TaskMethod.Value0<R> call) {
        return offloader.offload(Call.returning(call), options);
    }

    @Override
    public <T> TaskHandle<?> offload(Class<T> type, TaskMethod.Void1<T> call) {
        return offloader.offload(Call.of(call, beans.on(type)), options);
    }

    @Override
    public <A> List<TaskHandle<Void>> offloadAll(Iterable<? extends A> arguments, TaskMethod.Void1<A> call) {
        return offloader.offloadAll(each(arguments, argument -> Call.of(call, argument)), options);
    }

    @Override
    public <A, R extends @Nullable Object> List<TaskHandle<R>> offloadAll(
            Iterable<? extends A> arguments, TaskMethod.Value1<A, R> call) {
        return offloader.offloadAll(each(arguments, argument -> Call.returning(call, argument)), options);
    }

    @Override
    public TaskHandle<?> push(String name, @Nullable Object... arguments) {
        return offloader.push(name, arguments, options);
    }

    @Override
    public TaskHandle<?> push(String name, Map<String, ?> arguments) {
        return offloader.push(name, arguments, options);
    }

    private static <A> List<Call> each(Iterable<? extends A> arguments, Function<A, Call> call) {
        List<Call> calls = new ArrayList<>();
        arguments.forEach(argument -> calls.add(call.apply(argument)));
        return calls;
    }
}

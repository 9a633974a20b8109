package io.leek;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ways to offload a call, shared by {@link Leek} and {@link OffloadSpec}.
 *
 * <p>Every method returns once the server has made the task durable, or, inside a transaction, registers the task to be
 * sent after the commit. It throws {@link TaskCaptureException} where the call is not exactly one call of one task
 * method, {@link LeekUnavailableException} where the server can't be reached within {@code leek.client.timeout}, and
 * {@link TaskRefusedException} where the server says no.
 */
public interface Offloading {

    /** Offloads the one task call that the lambda makes: {@code offload(() -> mailer.welcome(to))}. */
    TaskHandle<Void> offload(TaskMethod.Void0 call);

    /** The same for a task method with a result. The lambda must return what the task method returned. */
    <R extends @Nullable Object> TaskHandle<R> offload(TaskMethod.Value0<R> call);

    /**
     * The same where no bean is at hand, or from inside the bean itself: {@code offload(Mailer.class, m ->
     * m.welcome(to))}.
     */
    <T> TaskHandle<?> offload(Class<T> type, TaskMethod.Void1<T> call);

    /** Offloads one call for each argument, made durable in one commit. */
    <A> List<TaskHandle<Void>> offloadAll(Iterable<? extends A> arguments, TaskMethod.Void1<A> call);

    /** The same for a task method with a result. */
    <A, R extends @Nullable Object> List<TaskHandle<R>> offloadAll(
            Iterable<? extends A> arguments, TaskMethod.Value1<A, R> call);

    /** Offloads by the task's name, which this application need not know. */
    TaskHandle<?> push(String name, @Nullable Object... arguments);

    /** The same with the arguments by parameter name, for a task that this application knows. */
    TaskHandle<?> push(String name, Map<String, ?> arguments);
}

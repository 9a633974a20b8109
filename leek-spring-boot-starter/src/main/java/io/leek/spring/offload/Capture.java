package io.leek.spring.offload;

import io.leek.TaskCaptureException;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs a lambda while the proxies of task beans record instead of going on, and holds it to exactly one task call. */
final class Capture {

    private static final ThreadLocal<@Nullable Capture> CURRENT = new ThreadLocal<>();

    private @Nullable RecordedCall recorded;
    private @Nullable TaskCaptureException broken;

    private Capture() {}

    static @Nullable Capture current() {
        return CURRENT.get();
    }

    /** Does something that is not part of the captured call, such as looking up the bean it is made on. */
    static <T> T suspended(Supplier<T> work) {
        Capture outer = CURRENT.get();
        if (outer == null) {
            return work.get();
        }
        CURRENT.remove();
        try {
            return work.get();
        } finally {
            CURRENT.set(outer);
        }
    }

    /** @throws TaskCaptureException where the lambda is anything but one call of one task method */
    static Captured of(Call call, MockCalls mocks, Supplier<List<Object>> taskBeans) {
        Capture outer = CURRENT.get();
        if (outer != null) {
            throw outer.breaks(new TaskCaptureException("offload was called inside the lambda of another offload."
                    + " Offload one after the other. The outer one was not sent."));
        }
        Object receiver = MethodReference.check(call, mocks);
        MockCalls.Watch watch = MockCalls.NONE.watch(List.of());
        if (mocks != MockCalls.NONE) {
            List<Object> watched = new ArrayList<>(taskBeans.get());
            if (receiver != null && watched.stream().noneMatch(bean -> bean == receiver)) {
                watched.add(receiver);
            }
            watch = mocks.watch(watched);
        }
        Capture capture = new Capture();
        CURRENT.set(capture);
        try {
            return capture.run(call, watch);
        } finally {
            CURRENT.remove();
        }
    }

    /** The proxy's side: keeps the call and returns null, or a zero where the method returns a primitive. */
    @Nullable
    Object record(RecordedCall call) {
        String task = described(call.method());
        CallSite.intruder().ifPresent(intruder -> {
            throw breaks(new TaskCaptureException(("Task method %s was called by %s, not by the lambda given to offload"
                            + " itself. Call it there: leek.offload(() -> bean.%s(…)). Nothing was sent.")
                    .formatted(task, intruder, call.method().getName())));
        });
        if (recorded != null) {
            throw breaks(new TaskCaptureException(("The lambda calls two task methods, %s and %s, and must call exactly"
                            + " one. Offload each by itself. Nothing was sent.")
                    .formatted(described(recorded.method()), task)));
        }
        recorded = call;
        return zero(call.method());
    }

    private Captured run(Call call, MockCalls.Watch watch) {
        Object result;
        try {
            result = call.run();
        } catch (Throwable thrown) {
            if (broken == null && recorded == null && !taskCalls(watch).isEmpty()) {
                throw Sneaky.sneak(thrown);
            }
            if (broken == null && thrown instanceof Error error) {
                throw error;
            }
            throw failed(thrown);
        }
        if (broken != null) {
            throw broken;
        }
        List<Method> mocked = taskCalls(watch);
        if (mocked.size() + (recorded == null ? 0 : 1) > 1) {
            throw new TaskCaptureException("The lambda calls more than one task method, the mocked "
                    + described(mocked.get(0)) + " among them, and must call exactly one. Offload each by itself.");
        }
        if (recorded == null) {
            if (mocked.isEmpty()) {
                throw none();
            }
            return new Captured.TakenByMock(result);
        }
        if (call.returnsValue() && !Objects.equals(result, zero(recorded.method()))) {
            throw new TaskCaptureException(
                    ("The lambda must return what %s returned and nothing made of it: the task runs"
                                    + " later, and only its own result is kept. Nothing was sent.")
                            .formatted(described(recorded.method())));
        }
        return new Captured.Recorded(recorded);
    }

    private TaskCaptureException failed(Throwable thrown) {
        if (broken != null) {
            return broken;
        }
        if (recorded == null) {
            return new TaskCaptureException(
                    "The lambda given to offload threw " + thrown.getClass().getName()
                            + " before it called a task method. Compute the arguments before offload to handle that"
                            + " yourself. Nothing was sent.",
                    thrown);
        }
        return new TaskCaptureException(
                ("The lambda given to offload threw %s after the call of %s, which has not run yet and returned null (or"
                                + " zero). The lambda must end with that call. Nothing was sent.")
                        .formatted(thrown.getClass().getName(), described(recorded.method())),
                thrown);
    }

    private static TaskCaptureException none() {
        return new TaskCaptureException(
                "The lambda given to offload called no task method that Leek can see; whatever it"
                        + " called has run as an ordinary call. Put @LeekTask on the method and call it on the Spring bean. Inside the"
                        + " bean's own class this.method(…) never reaches the proxy: use leek.offload(TheClass.class,"
                        + " bean -> bean.method(…)). A Mockito mock counts only with leek.mode=inline. Nothing was sent.");
    }

    /** Kept, so that a lambda that swallows the exception fails all the same. */
    private TaskCaptureException breaks(TaskCaptureException exception) {
        broken = exception;
        return exception;
    }

    private static List<Method> taskCalls(MockCalls.Watch watch) {
        return watch.calls().stream()
                .filter(method -> TaskAnnotations.isTask(method, method.getDeclaringClass()))
                .toList();
    }

    private static @Nullable Object zero(Method method) {
        Class<?> type = method.getReturnType();
        return type.isPrimitive() && type != void.class ? Array.get(Array.newInstance(type, 1), 0) : null;
    }

    private static String described(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }
}

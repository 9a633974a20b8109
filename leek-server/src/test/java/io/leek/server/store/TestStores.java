package io.leek.server.store;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Function;

/** Stores that are none. */
public final class TestStores {

    private TestStores() {}

    /** Exclusive, and takes any thread but an interrupted one; but for that, only {@link TaskStore#apply} works. */
    static TaskStore applying(Function<List<? extends Change>, List<Outcome>> apply) {
        return applying(true, apply);
    }

    public static TaskStore applying(boolean isExclusive, Function<List<? extends Change>, List<Outcome>> apply) {
        return (TaskStore) Proxy.newProxyInstance(
                TaskStore.class.getClassLoader(), new Class<?>[] {TaskStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("isExclusive")) {
                        return isExclusive;
                    }
                    if (method.getName().equals("isParallel")) {
                        return !isExclusive;
                    }
                    if (method.getName().equals("takes")) {
                        return !((Thread) arguments[0]).isInterrupted();
                    }
                    if (!method.getName().equals("apply")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    @SuppressWarnings("unchecked")
                    List<? extends Change> changes = (List<? extends Change>) arguments[0];
                    return apply.apply(changes);
                });
    }
}

package io.leek.spring.offload;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;

/** Sees calls that reach a test's mock of a task bean, which no proxy can. The default sees none. */
public interface MockCalls {

    /** Sees no mock at all. */
    MockCalls NONE = new MockCalls() {
        @Override
        public boolean isMock(Object candidate) {
            return false;
        }

        @Override
        public Watch watch(Collection<?> beans) {
            return List::of;
        }
    };

    boolean isMock(Object candidate);

    /** Begins to watch those of the beans that are mocks. */
    Watch watch(Collection<?> beans);

    /** What was called on the watched mocks since. */
    @FunctionalInterface
    interface Watch {
        List<Method> calls();
    }
}

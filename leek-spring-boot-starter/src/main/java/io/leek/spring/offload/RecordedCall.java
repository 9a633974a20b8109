package io.leek.spring.offload;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** What the proxy of a task bean saw during a capture. */
record RecordedCall(
        String beanName, Method method, @Nullable Object[] arguments) {}

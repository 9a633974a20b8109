package io.leek.spring;

import java.util.concurrent.ThreadFactory;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/** Makes the threads that tasks run on. */
interface WorkerThreads {

    /** @param prefix what their names begin with */
    ThreadFactory named(String prefix);

    /** One that is held up by nothing but its own task; needs Java 21. */
    static ThreadFactory virtual(String prefix) {
        return new VirtualThreadTaskExecutor(prefix).getVirtualThreadFactory();
    }

    static ThreadFactory platform(String prefix) {
        return new CustomizableThreadFactory(prefix);
    }
}

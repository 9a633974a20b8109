package io.leek.spring;

import java.util.concurrent.ThreadFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/** Makes the threads that tasks run on. */
interface WorkerThreads {

    /** @param prefix what their names begin with */
    ThreadFactory named(String prefix);

    static ThreadFactory platform(String prefix) {
        return new CustomizableThreadFactory(prefix);
    }
}

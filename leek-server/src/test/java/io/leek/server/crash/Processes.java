package io.leek.server.crash;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Other processes of this machine, by their ids. */
final class Processes {

    private Processes() {}

    /** Ends one as {@code kill -9} does, and waits for it. */
    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        awaitEnd(pid);
    }

    static void awaitEnd(long pid) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isPresent()) {
            process.get().onExit().orTimeout(30, TimeUnit.SECONDS).join();
        }
    }
}

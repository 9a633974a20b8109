package io.leek.server.store;

import static io.leek.server.store.Changes.insert;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A process of its own that commits tasks and says each one that it was promised, until it is killed. */
final class ChildStore {

    static final String READY = "ready";

    private static final int CALLERS = 4;

    private ChildStore() {}

    static Process start(Path dataDir) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ChildStore.class.getName(),
                        dataDir.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] args) throws Exception {
        OpenStore open = OpenStore.open(new StoreSettings.Location.File(Path.of(args[0])), Clock.systemUTC());
        Committer committer = new Committer(open.store());
        System.out.println(READY);
        AtomicInteger next = new AtomicInteger();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        for (int caller = 0; caller < CALLERS; caller++) {
            callers.execute(() -> {
                while (true) {
                    String jid = "task-%08d".formatted(next.incrementAndGet());
                    if (committer.submit(insert(jid)).join() instanceof Outcome.Done) {
                        System.out.println(jid);
                    }
                }
            });
        }
    }
}

package io.leek.server.store;

import static io.leek.server.store.Changes.insert;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A process of its own that commits tasks and says each one that it was promised, until it is killed. */
final class ChildStore {

    static final String READY = "ready";

    private static final int CALLERS = 4;

    /** More than can be given before the test kills the process. */
    private static final int LEASES = 20_000;

    private ChildStore() {}

    /** What it says each time: the id of a task that it has stored, or of one of those that it has leased afterwards. */
    enum Says {
        STORED,
        LEASED
    }

    static Process start(Path dataDir, Says says) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ChildStore.class.getName(),
                        dataDir.toString(),
                        says.name())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] args) throws Exception {
        OpenStore open = OpenStore.open(new StoreSettings.Location.File(Path.of(args[0])), Clock.systemUTC());
        Committer committer = new Committer(open.store());
        System.out.println(READY);
        if (Says.valueOf(args[1]) == Says.STORED) {
            store(committer);
        } else {
            lease(committer);
        }
    }

    /** Leases and nothing else from some moment on, so that no other change writes them to the disk. */
    private static void lease(Committer committer) {
        List<String> jids =
                IntStream.range(0, LEASES).mapToObj("task-%08d"::formatted).toList();
        committer.submitAll(jids.stream().map(Changes::insert).toList()).join();
        for (String jid : jids) {
            Instant now = Clock.systemUTC().instant();
            Lease lease = new Lease(jid, now, now.plusSeconds(60), "worker", "server");
            if (committer.submit(new Change.Claim(jid, null, lease)).join() instanceof Outcome.Done) {
                System.out.println(jid);
            }
        }
    }

    private static void store(Committer committer) {
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

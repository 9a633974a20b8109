package io.leek.server.store;

import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.insert;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Callers that insert and finish tasks until the power is cut. */
final class Changing {

    private static final int CALLERS = 4;

    /** Of each caller: a store that hardly writes would never meet the cut. */
    private static final int MOST_TASKS = 500;

    private Changing() {}

    /** What the store has said to be durable. */
    record Acknowledged(Set<String> inserted, Set<String> succeeded, Set<String> failed) {

        Acknowledged() {
            this(ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet());
        }
    }

    static void untilTheCut(PowerCutDisk disk, TaskStore store, String prefix, Acknowledged acknowledged) {
        try (Committer committer = new Committer(store)) {
            List<CompletableFuture<Void>> callers = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                String jids = prefix + caller + "-";
                CompletableFuture<Void> end = new CompletableFuture<>();
                callers.add(end);
                new Thread(() -> {
                            try {
                                change(disk, committer, jids, acknowledged);
                                end.complete(null);
                            } catch (Throwable e) {
                                end.completeExceptionally(e);
                            }
                        })
                        .start();
            }
            callers.forEach(CompletableFuture::join);
        }
    }

    private static void change(PowerCutDisk disk, Committer committer, String prefix, Acknowledged acknowledged) {
        for (int i = 0; !disk.isCut(); i++) {
            if (i == MOST_TASKS) {
                disk.cutAfter(0);
            }
            String jid = prefix + i;
            Lease lease = Changes.lease("lease-" + jid);
            change(disk, committer, insert(jid, "default", 5, NOW, null, lease), acknowledged.inserted());
            switch (i % 4) {
                case 0 -> change(disk, committer, Changes.fail(jid, lease.token()), acknowledged.failed());
                case 1, 2 -> change(disk, committer, Changes.succeed(jid, lease.token()), acknowledged.succeeded());
                default -> {
                    // It stays queued.
                }
            }
        }
    }

    /** What is answered once the power is off reaches nobody. */
    private static void change(PowerCutDisk disk, Committer committer, Change change, Set<String> acknowledged) {
        if (committer.submit(change).join() instanceof Outcome.Done && !disk.isCut()) {
            acknowledged.add(change.jid());
        }
    }
}

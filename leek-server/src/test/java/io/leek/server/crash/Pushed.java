package io.leek.server.crash;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** All tasks of a test: which to push next, and which the server has promised. */
final class Pushed {

    private static final int FAILING_EACH = 50;
    private static final int SLOW_EACH = 100;

    private final AtomicLong last = new AtomicLong();
    private final Queue<String> again = new ConcurrentLinkedQueue<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    /** One that had no answer comes first, as a client would do it. */
    String next() {
        String jid = again.poll();
        if (jid != null) {
            return jid;
        }
        long number = last.incrementAndGet();
        String name = number % FAILING_EACH == 0
                ? CrashWorker.FAILING
                : number % SLOW_EACH == 1 ? CrashWorker.SLOW : CrashWorker.QUICK;
        return name + "-" + number;
    }

    /** The name of a task is in its id. */
    static String name(String jid) {
        return jid.substring(0, jid.indexOf('-'));
    }

    void acknowledged(String jid) {
        acknowledged.add(jid);
    }

    void inDoubt(String jid) {
        again.add(jid);
    }

    Set<String> acknowledged() {
        return acknowledged;
    }
}

package io.leek.spring.tx;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** One sync of a file for all who have committed while the last one ran. */
final class GroupSync {

    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong asked = new AtomicLong();
    private long synced;

    /** Returns once a sync that began after this call has ended, whoever ran it. */
    void run(Runnable sync) {
        long mine = asked.incrementAndGet();
        lock.lock();
        try {
            if (synced < mine) {
                long all = asked.get();
                sync.run();
                synced = all;
            }
        } finally {
            lock.unlock();
        }
    }
}

package io.leek.server.dispatch;

import io.leek.server.store.Lease;
import io.leek.server.store.QueuedTask;
import io.leek.task.InvalidTaskException;
import io.leek.task.RetryRule;
import io.leek.task.TaskRecord;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A task under a lease that this server looks after.
 *
 * @param row as it was when the lease began
 * @param retry which retries the task may have
 * @param deadline on the monotonic clock, in nanoseconds
 */
record Held(QueuedTask row, Lease lease, Duration reserveFor, RetryRule retry, int backtrace, long deadline) {

    static Held of(Assignment task, long nanoTime) {
        QueuedTask row = task.row();
        Lease lease = task.lease();
        try {
            TaskRecord record = TaskRecord.of(task.json(), row.payload());
            long deadline = nanoTime + record.reserveFor().toNanos();
            return new Held(row, lease, record.reserveFor(), record.retry(), record.backtrace(), deadline);
        } catch (InvalidTaskException handWritten) {
            // A row written by plain SQL may hold less than a pushed one.
            Duration reserveFor = Leases.FIRST_RESERVATION;
            return new Held(row, lease, reserveFor, RetryRule.NONE, 0, nanoTime + reserveFor.toNanos());
        }
    }

    Held expiringIn(Duration left, long nanoTime) {
        return new Held(row, lease, reserveFor, retry, backtrace, nanoTime + left.toNanos());
    }

    boolean has(@Nullable String token) {
        return token == null || token.equals(lease.token());
    }
}

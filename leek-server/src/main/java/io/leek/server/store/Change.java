package io.leek.server.store;

import io.leek.task.FailureReason;
import io.leek.task.TaskFailure;
import io.leek.task.TaskKey;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** A change of state, guarded: its {@link Outcome} tells whether it won. */
public sealed interface Change {

    String jid();

    /** Its place in the queue, where that is known: it spares the store a look-up. */
    default @Nullable Long seq() {
        return null;
    }

    /** Whether it may take a unique key, for which it has to wait where another transaction has just taken it. */
    default boolean takesKey() {
        return false;
    }

    /** Whether it may have to wait for other servers, so that it is made apart from those that never do. */
    default boolean mayWait() {
        return takesKey();
    }

    /** A change that ends a run. Plain Faktory workers know no token: null ends whatever lease there is. */
    sealed interface Ending extends Change {

        @Nullable
        String token();
    }

    /**
     * Whether a power cut may undo it: a task would be handed out once more, which its worker's lease then finds out.
     * The end of a process must not, or a task that takes its process down would never count as such.
     */
    default boolean mayBeUndone() {
        return false;
    }

    /** Whether it leaves a task that a worker may have. */
    default boolean makesReady() {
        return false;
    }

    /** By how many tasks the queue grows once it is done. */
    default int growth() {
        return 0;
    }

    /**
     * A new row. {@link Outcome.Known} where any table has the jid, {@link Outcome.KeyTaken} where another task has the
     * key, else {@link Outcome.Done} with its row.
     *
     * @param enqueuedAt when it is stored, which is also when the time of a key begins
     * @param key a row has it until the task has finished, or only until its first hand-out; one with a time is taken
     *     for as long in any case
     * @param mutex the name of what it must have a place in to run
     * @param lease not null where a waiting worker gets it at once; it then counts as the first attempt
     */
    record Insert(
            String jid,
            String name,
            String queue,
            int priority,
            Instant dueAt,
            Instant enqueuedAt,
            String payload,
            @Nullable TaskKey key,
            @Nullable String mutex,
            @Nullable Lease lease)
            implements Change {

        /** One that runs whatever else does, with a key while it is unfinished. */
        public Insert(
                String jid,
                String name,
                String queue,
                int priority,
                Instant dueAt,
                Instant enqueuedAt,
                String payload,
                @Nullable String key,
                @Nullable Lease lease) {
            this(
                    jid,
                    name,
                    queue,
                    priority,
                    dueAt,
                    enqueuedAt,
                    payload,
                    key == null ? null : new TaskKey.WhileUnfinished(key),
                    null,
                    lease);
        }

        @Override
        public boolean makesReady() {
            return lease == null;
        }

        @Override
        public boolean takesKey() {
            return key != null;
        }

        @Override
        public int growth() {
            return 1;
        }
    }

    /**
     * A hand-out of an unleased row that is due when the lease begins or was never delayed; it counts an attempt. A key
     * that counts while the task is queued is free from then on, whatever becomes of the run.
     */
    sealed interface HandOut extends Change {

        Lease lease();
    }

    /** Hands out a row without a mutex: {@link Outcome.Done} with its row, else {@link Outcome.Lost}. */
    record Claim(String jid, @Nullable Long seq, Lease lease) implements HandOut {
        @Override
        public boolean mayBeUndone() {
            return true;
        }
    }

    /**
     * Hands out a row that may have a mutex, from a queue that may have a rate. As {@link Claim}, and {@link
     * Outcome.Blocked} where the mutex has no place left: the row then waits for a {@link LetGo}. {@link Outcome.OverRate}
     * where the queue has had its share for now: the row stays as it was. No power cut may undo it: the next one would run
     * beside a worker elsewhere that still has this one.
     */
    record LimitedClaim(
            String jid,
            @Nullable Long seq,
            Lease lease,
            @Nullable RateLimit rate) implements HandOut {
        @Override
        public boolean mayWait() {
            return true;
        }
    }

    /**
     * Makes as many rows ready again that wait for a mutex as it has places left: {@link Outcome.Going}. Those let go
     * before have theirs in prospect.
     *
     * @param isSweep whether to pass over those let go before that nobody has run; in an ordered mutex they are waited for
     */
    record LetGo(String mutex, boolean isSweep) implements Change {

        public LetGo(String mutex) {
            this(mutex, false);
        }

        /** It is about no task; those of one mutex stay in their order. */
        @Override
        public String jid() {
            return mutex;
        }

        @Override
        public boolean mayWait() {
            return true;
        }

        /** The look for those that wait in vain makes up for it. */
        @Override
        public boolean mayBeUndone() {
            return true;
        }
    }

    /** Moves a leased row to success. */
    record Succeed(
            String jid,
            @Nullable Long seq,
            @Nullable String token,
            Instant finishedAt,
            @Nullable String result) implements Ending {
        @Override
        public int growth() {
            return -1;
        }
    }

    /** Moves a leased row to failed. */
    record Fail(String jid, @Nullable String token, Instant finishedAt, TaskFailure failure) implements Ending {

        /** Whether this attempt ended with its process, which counts as one more crash. */
        public boolean isCrash() {
            return failure.reason().equals(FailureReason.CRASHED.text());
        }

        @Override
        public int growth() {
            return -1;
        }
    }

    /** Gives a leased row back to wait for its retry, with the failure of this attempt. */
    record RetryLater(String jid, @Nullable String token, Instant failedAt, Instant dueAt, TaskFailure failure)
            implements Ending {}

    /**
     * Gives a leased row back as if it had not been handed out: no attempt counts.
     *
     * @param dueAt null for the time it had before; the later ones of an ordered mutex then wait for it still
     */
    record Release(String jid, String token, @Nullable Instant dueAt) implements Ending {
        @Override
        public boolean makesReady() {
            return true;
        }
    }

    /** Gives a leased row back whose process ended, due at once: the attempt stands, and counts as a crash. */
    record Crash(String jid, String token, Instant crashedAt) implements Ending {
        @Override
        public boolean makesReady() {
            return true;
        }
    }

    /** Moves an unleased row to failed without running it. */
    record Park(String jid, Instant finishedAt, TaskFailure failure) implements Change {
        @Override
        public int growth() {
            return -1;
        }
    }

    /**
     * Moves an unleased row to failed without running it, and sees to it that a leased one is not run again: {@link
     * Outcome.Running} with its row, {@link Outcome.Lost} where there is none. If it has never run, its key is free, also one
     * that was taken for a time.
     */
    record Cancel(String jid, Instant finishedAt) implements Change {

        private static final TaskFailure CANCELLED = TaskFailure.of(
                FailureReason.CANCELLED, CancellationException.class.getName(), "cancelled while it waited", List.of());

        Park park() {
            return new Park(jid, finishedAt, CANCELLED);
        }

        @Override
        public int growth() {
            return -1;
        }
    }

    /** Deletes an unleased row as if it had never been pushed. */
    record Withdraw(String jid) implements Change {
        @Override
        public int growth() {
            return -1;
        }
    }

    /** Lengthens a lease, never shortens it, and names the server that looks after it from now on. */
    record Renew(String jid, String token, Instant until, String serverId) implements Change {
        @Override
        public boolean mayBeUndone() {
            return true;
        }
    }

    /**
     * Moves a failed row back to the queue with attempts and crashes at zero, and with its key unless another task has it;
     * {@link Outcome.Done} with its row.
     */
    record Requeue(String jid, Instant dueAt) implements Change {
        @Override
        public boolean makesReady() {
            return true;
        }

        @Override
        public boolean takesKey() {
            return true;
        }

        @Override
        public int growth() {
            return 1;
        }
    }
}

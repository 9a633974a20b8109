package io.leek.server.store;

import io.leek.task.FailureReason;
import io.leek.task.Task;
import io.leek.task.TaskProgress;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The database with the tables. All writing goes through {@link #apply}, which one thread calls, and where the store is
 * not exclusive another at the same time, with the changes that may have to wait for others; where it is parallel too, a
 * third with hand-outs. In the place of a thread may be one of the application's that it {@link #takes}. Reading is safe
 * from many. A failing database surfaces as a {@link org.springframework.dao.DataAccessException}.
 */
public interface TaskStore extends AutoCloseable {

    /** This store's own id, made when its tables were. */
    String id();

    /** Which database, for the log; without secrets. */
    String description();

    /** Whether no other server can have this store open. */
    boolean isExclusive();

    /** Whether two threads that make changes at the same time are done sooner than one that makes all of them. */
    boolean isParallel();

    /**
     * Whether changes may be made by a thread of the application instead of the committer's. Not where an interrupt of it
     * or a transaction it is in would reach the store.
     */
    boolean takes(Thread thread);

    /**
     * Makes the changes in their order, and returns their outcomes in the same order once all of it
     * is durable. A change that the database refuses on its own fails alone, as {@link Outcome.Refused}, and so does one
     * that has to wait for another transaction, as {@link Outcome.Busy}. After a deadlock with another transaction they are
     * all made once more; where that fails too, it fails, and they may be made again.
     */
    List<Outcome> apply(List<? extends Change> changes);

    /**
     * Unleased tasks of a queue that wait for no mutex and are due, whatever the clocks say for one that was never delayed, in the order they shall run: priority, then order of arrival.
     *
     * @param names only these; null for all
     * @param after only those that come after it in that order, whether it is there or not; null for the first
     */
    List<Claimable> claimable(
            String queue, @Nullable Set<String> names, Instant now, @Nullable Claimable after, int limit);

    /** The earliest time after the given one at which an unleased task becomes due. */
    Optional<Instant> nextDue(Instant after);

    /** Unleased tasks that wait for no mutex and have been due since before the given time, by queue and name. */
    List<Waiting> waiting(Instant dueBefore);

    /** Mutexes that tasks wait for though there are places left: few, if any, for what ends a run lets the next go. */
    List<String> waitedFor();

    /** Every leased row. */
    List<QueuedTask> leased();

    /** The queued rows, leased or not, whose {@link Change.Cancel} has found them running; the others are forgotten. */
    List<QueuedTask> cancelled();

    /** Ids of parked tasks with this reason and one of these names. */
    List<String> parked(FailureReason reason, Set<String> names, int limit);

    /** Ids of failed tasks that had failed by then, of a queue and a name or, where null, of any; newest first. */
    List<String> failedBefore(Instant finishedAtMost, @Nullable String queue, @Nullable String name, int limit);

    /** With its failed attempts, and what its runs have told. */
    Optional<Task> find(String jid);

    /** Those of the ids that a task has, whatever its state. */
    Set<String> known(Collection<String> jids);

    /** Those of the ids whose task has finished, as success or failed. */
    Set<String> finished(Collection<String> jids);

    /** Those of a few tasks that have finished, as success or failed, in no order. */
    List<Task> findFinished(Collection<String> jids);

    /**
     * The task that has a key: the queued one, else the one that has it for a time, whatever its state. With its failed
     * attempts, and what its runs have told.
     */
    Optional<Task> findByKey(String key);

    /** Newest first. */
    List<Task> list(TaskQuery query);

    long count(TaskQuery query);

    /** All queued rows, leased or not. */
    long queued();

    /** Queued rows that are not leased, by queue. */
    List<QueueSize> queueSizes();

    /** Queued rows that are not leased: scheduled for later without a failure, and waiting for a retry after one. */
    Later later(Instant now);

    /**
     * Deletes success or failed tasks that had finished before the given time, in a transaction of its own that waits
     * for no other server's. It may be called beside {@link #apply}.
     *
     * @return how many were deleted; fewer than the limit only where no more could be had
     */
    int purge(TaskState state, Instant finishedBefore, int limit);

    /**
     * Makes Leek's own file smaller where more than half of it is empty, by a part at a time; does nothing to any other
     * database. It may be called beside {@link #apply}, which waits meanwhile.
     *
     * @return whether it got smaller, so that it is worth asking again
     */
    boolean giveBackSpace();

    /** The time by the database's clock; by this server's own where the database is in its process. */
    Instant databaseTime();

    /** Raises this server's heartbeat counter, registering it the first time. */
    void beat(String serverId);

    /** The heartbeat counters of all servers, this one included. */
    List<Beat> beats();

    /** What to do when another server has stored tasks. A store that can't tell never calls it. */
    void onWake(Runnable wake);

    /** The leases that a server looks after, and those of any server whose task is not queued. Much cheaper than {@link #leased}. */
    List<LeaseName> leases(String serverId);

    /**
     * Deletes those of these leases whose task is not queued, in a transaction of its own. It may be called beside
     * {@link #apply}.
     */
    void dropLeases(Collection<String> tokens);

    /** Its recurring tasks. */
    RecurringStore recurring();

    /** What is said of its queues. */
    QueueStore queues();

    /**
     * Keeps what runs have told, in a transaction of its own, a task once at most. It may be called beside {@link #apply}.
     * The lines come after those that are there, of which the last ones stay.
     */
    void report(List<Report> reports);

    /**
     * Deletes the failed attempts and the reports of tasks that are in no table any more. It looks at those of so many tasks, in the order
     * of their ids, and may be called beside {@link #apply}.
     *
     * @param after the id to go on behind; null for the first
     */
    Swept sweepAttempts(@Nullable String after, int tasks);

    /** Unleased tasks behind a place in the queue, in the order of arrival, with the payloads of these names up to 64 KB. */
    List<Sample> queuedSamples(Set<String> names, long afterSeq, int limit);

    /**
     * Deletes keys that were taken for a time which was over by then, in a transaction of its own that waits for no other
     * server's. It may be called beside {@link #apply}.
     *
     * @return how many were deleted; fewer than the limit only where no more could be had
     */
    int sweepKeys(Instant expiredAt, int limit);

    /**
     * Failed tasks behind an id, in the order of their ids, with the payloads of these names up to 64 KB where they failed
     * for this reason.
     */
    List<Sample> failedSamples(FailureReason reason, Set<String> names, String afterJid, int limit);

    /** Forgets servers, this one at its stop or others when they are dead. */
    void forget(Collection<String> serverIds);

    @Override
    void close();

    /**
     * An unleased task as the dispatcher knows it.
     *
     * @param size of its payload, about, in bytes
     * @param mutex the name of what it must have a place in to run
     * @param atOnce whether its hand-out is the begin of its run, because its key counts until then; true may be a mistake
     */
    record Claimable(
            String jid,
            String name,
            String queue,
            int priority,
            long seq,
            int crashes,
            long size,
            @Nullable String mutex,
            boolean atOnce) {

        /** One that runs whatever else does, as far as is known. */
        public Claimable(String jid, String name, String queue, int priority, long seq, int crashes, long size) {
            this(jid, name, queue, priority, seq, crashes, size, null, false);
        }

        /** The order in which tasks of a queue run. */
        public static final Comparator<Claimable> ORDER =
                Comparator.comparingInt(Claimable::priority).reversed().thenComparingLong(Claimable::seq);

        /** Whether the row is what its right to be handed out was judged by; it may have been changed since, or misnamed. */
        public boolean describes(QueuedTask row) {
            return queue.equals(row.queue())
                    && name.equals(row.name())
                    && priority == row.priority()
                    && crashes == row.crashes();
        }
    }

    /** How many tasks of a name wait in a queue, and since when. */
    record Waiting(String queue, String name, Instant oldestDueAt, long count) {}

    /** A queue's unleased rows that are due, and since when the oldest of them has been. */
    record QueueSize(String queue, long size, Instant oldestDueAt) {}

    /** Rows that are not due yet. */
    record Later(long scheduled, long retrying) {}

    /**
     * A task as it was pushed.
     *
     * @param payload null for one that was not asked for
     */
    record Sample(
            String jid, long seq, String name, @Nullable String payload) {}

    /** A lease; its jid is null where its task is not queued. */
    record LeaseName(@Nullable String jid, String token) {}

    /**
     * A look at failed attempts.
     *
     * @param last the id of the last task that it came to; null where there are no more
     */
    record Swept(int deleted, @Nullable String last) {}

    /**
     * What a run tells of itself.
     *
     * @param progress null where it has told nothing new of that
     * @param log new lines
     */
    record Report(String jid, @Nullable TaskProgress progress, List<String> log) {}

    /** A server's heartbeat. */
    record Beat(String serverId, long counter) {}
}

package io.leek.server.store;

import io.leek.server.store.TaskStore.Claimable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a {@link Change}. */
public sealed interface Outcome {

    /**
     * It won. The row is there for Insert, Claim and Requeue.
     *
     * @param mutex where a Park, Cancel or Withdraw has ended a task without a run, or a Release has given it back, what
     *     it had, or would have had, a place in; null where there is none
     */
    record Done(@Nullable QueuedTask row, @Nullable String mutex) implements Outcome {

        public Done(@Nullable QueuedTask row) {
            this(row, null);
        }
    }

    /** The row was not in the state the change needs, or another holds its lease. */
    record Lost() implements Outcome {}

    /** The mutex of a LimitedClaim has no place left, and its row waits for it from now on. */
    record Blocked(String mutex) implements Outcome {}

    /**
     * The queue of a LimitedClaim has had its share for now; nothing was changed.
     *
     * @param untilNext how long until there is the next
     */
    record OverRate(Duration untilNext) implements Outcome {}

    /** What a LetGo has made ready; none where nobody waits, or there is no place. */
    record Going(List<Claimable> tasks) implements Outcome {}

    /** The task of a Cancel runs. It is written down that this is its last run; its worker is to be told. */
    record Running(QueuedTask row) implements Outcome {}

    /** The jid of an Insert is known already; nothing was changed. */
    record Known() implements Outcome {}

    /** The key of an Insert belongs to this task, which may have finished; nothing was changed. */
    record KeyTaken(String jid) implements Outcome {}

    /** Another transaction that is still open has what the change needs; nothing was changed, and it may be made again. */
    record Busy() implements Outcome {}

    /** The database refused this one change; the others stand. */
    record Refused(String reason) implements Outcome {}
}

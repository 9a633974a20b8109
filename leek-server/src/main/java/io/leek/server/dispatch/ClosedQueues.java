package io.leek.server.dispatch;

import io.leek.server.store.Outcome;
import io.leek.server.store.TaskStore.Claimable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Queues that have had their share for now, and one timer for when the first of them gets the next. */
final class ClosedQueues implements AutoCloseable {

    private final Matching matching;
    private final Clock clock;
    private final Schedule timer;

    /** @param reopened what to do when the timer has opened a queue */
    ClosedQueues(Matching matching, Clock clock, Runnable reopened) {
        this.matching = matching;
        this.clock = clock;
        timer = new Schedule(clock, () -> {
            reopen();
            reopened.run();
        });
    }

    /** Closes the queues of those tasks for which there was no share left, and returns these: they stay. */
    List<Claimable> closeThoseOf(List<Claimable> tasks, List<Outcome> outcomes) {
        List<Claimable> staying = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.OverRate over) {
                matching.close(tasks.get(i).queue(), over.untilNext());
                setTimer(over.untilNext());
                staying.add(tasks.get(i));
            }
        }
        return staying;
    }

    /** Opens those whose time has come. */
    void reopen() {
        matching.reopen().ifPresent(this::setTimer);
    }

    private void setTimer(Duration wait) {
        timer.at(clock.instant().plus(wait));
    }

    @Override
    public void close() {
        timer.close();
    }
}

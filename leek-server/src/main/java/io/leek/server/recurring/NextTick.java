package io.leek.server.recurring;

import io.leek.server.recurring.Recurrence.Tick;
import io.leek.task.CatchUp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** For which time a recurring task is to be queued, given what it has missed. */
final class NextTick {

    private NextTick() {}

    /**
     * @param lastTick the last time for which it was queued; null before the first
     * @param last that or, if it is later, when that run ended
     */
    static Optional<Tick> of(
            Recurrence recurrence, CatchUp catchUp, @Nullable Instant lastTick, @Nullable Instant last, Instant now) {
        if (last == null || lastTick == null || catchUp == CatchUp.NONE) {
            return recurrence.next(now, last);
        }
        return catchUp == CatchUp.EVERY ? recurrence.next(lastTick, last) : latestMissed(recurrence, last, now);
    }

    /** A late one of the times that have passed since the last run, else the next one. */
    private static Optional<Tick> latestMissed(Recurrence recurrence, Instant last, Instant now) {
        Optional<Tick> next = recurrence.next(last, last);
        if (next.isEmpty() || next.get().at().isAfter(now)) {
            return next;
        }
        // Looking back in growing steps spares counting all that was missed in a year.
        for (Duration back = Duration.ofMinutes(1); now.minus(back).isAfter(last); back = back.multipliedBy(2)) {
            Optional<Tick> later = recurrence.next(now.minus(back), last);
            if (later.isPresent() && !later.get().at().isAfter(now)) {
                return later;
            }
        }
        return next;
    }
}

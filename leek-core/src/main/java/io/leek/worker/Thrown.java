package io.leek.worker;

import io.leek.DoNotRetryException;
import io.leek.RetryLaterException;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a task method threw, and what follows from it.
 *
 * @param what to keep with the task
 * @param isFinal whether no retry may follow
 * @param retryIn when the task asks to be run again; null leaves it to the server
 */
public record Thrown(
        Throwable what, boolean isFinal, @Nullable Duration retryIn) {

    /** @param mayRetry asked where the task itself has not said what is to follow */
    public static Thrown of(Throwable thrown, Predicate<Throwable> mayRetry) {
        try {
            return judge(thrown, mayRetry);
        } catch (Throwable broken) {
            // An exception may answer for its cause by throwing; such a one is retried as any other.
            return new Thrown(thrown, false, null);
        }
    }

    private static Thrown judge(Throwable thrown, Predicate<Throwable> mayRetry) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable e = thrown; e != null && seen.add(e); e = e.getCause()) {
            if (e instanceof DoNotRetryException) {
                return new Thrown(kept(thrown, e), true, null);
            }
            if (e instanceof RetryLaterException later) {
                return new Thrown(kept(thrown, e), false, later.delay());
            }
        }
        return new Thrown(thrown, !mayRetry.test(thrown), null);
    }

    private static Throwable kept(Throwable thrown, Throwable word) {
        Throwable cause = word.getCause();
        return thrown == word && cause != null ? cause : thrown;
    }
}

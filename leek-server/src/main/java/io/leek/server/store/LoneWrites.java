package io.leek.server.store;

import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Makes changes that are one statement of PostgreSQL without a transaction around it. */
final class LoneWrites {

    private final Inserts inserts;
    private final Finishes finishes;
    private final SingleClaims claims;
    private final BooleanSupplier mustWakeOthers;

    /** @param mustWakeOthers whether an insert takes a second statement */
    LoneWrites(Inserts inserts, Finishes finishes, SingleClaims claims, BooleanSupplier mustWakeOthers) {
        this.inserts = inserts;
        this.finishes = finishes;
        this.claims = claims;
        this.mustWakeOthers = mustWakeOthers;
    }

    /** Null in the place of each change that was not made and is to be made in a transaction. */
    List<@Nullable Outcome> write(List<? extends Change> changes) {
        List<Change.Insert> pushed = all(changes, Change.Insert.class);
        if (!pushed.isEmpty()
                && !mustWakeOthers.getAsBoolean()
                && pushed.stream().allMatch(Inserts::isPlain)) {
            return inserts.insertAlone(pushed);
        }
        List<Change.Succeed> ended = all(changes, Change.Succeed.class);
        if (!ended.isEmpty() && ended.stream().allMatch(Finishes::isPlain)) {
            return finishes.succeedAlone(ended);
        }
        if (changes.size() == 1 && changes.get(0) instanceof Change.Claim claim && claim.seq() != null) {
            return Collections.singletonList(claims.claim(claim));
        }
        return Collections.nCopies(changes.size(), null);
    }

    /** Empty where some are of another kind. */
    private static <C extends Change> List<C> all(List<? extends Change> changes, Class<C> kind) {
        return changes.stream().allMatch(kind::isInstance)
                ? changes.stream().map(kind::cast).toList()
                : List.of();
    }
}

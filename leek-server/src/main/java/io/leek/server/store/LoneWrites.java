package io.leek.server.store;

import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Makes changes that are one statement of PostgreSQL without BEGIN and COMMIT. */
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
        if (ChangeGroups.of(changes).size() == 1) {
            Change first = changes.get(0);
            if (first instanceof Change.Insert && !mustWakeOthers.getAsBoolean()) {
                List<Change.Insert> pushed = all(changes, Change.Insert.class);
                if (pushed.stream().allMatch(Inserts::isPlain)) {
                    return inserts.insertAlone(pushed);
                }
            } else if (first instanceof Change.Succeed) {
                List<Change.Succeed> ended = all(changes, Change.Succeed.class);
                if (ended.stream().allMatch(Finishes::isPlain)) {
                    return finishes.succeedAlone(ended);
                }
            } else if (first instanceof Change.Claim claim && changes.size() == 1 && claim.seq() != null) {
                return Collections.singletonList(claims.claim(claim));
            }
        }
        return Collections.nCopies(changes.size(), null);
    }

    private static <C extends Change> List<C> all(List<? extends Change> changes, Class<C> kind) {
        return changes.stream().map(kind::cast).toList();
    }
}

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
            if (first instanceof Change.Insert) {
                return insert(all(changes, Change.Insert.class));
            } else if (first instanceof Change.Succeed) {
                List<Change.Succeed> ended = all(changes, Change.Succeed.class);
                if (ended.stream().allMatch(Finishes::isPlain)) {
                    return finishes.succeedAlone(ended);
                }
            } else if (first instanceof Change.Claim claim && changes.size() == 1 && claim.seq() != null) {
                return Collections.singletonList(claims.claim(claim));
            }
        }
        return nothing(changes);
    }

    private List<@Nullable Outcome> insert(List<Change.Insert> changes) {
        boolean isPlain = changes.stream().allMatch(Inserts::isPlain);
        if (isPlain && changes.stream().allMatch(change -> change.lease() == null)) {
            return mustWakeOthers.getAsBoolean() ? nothing(changes) : inserts.insertAlone(changes);
        }
        return isPlain && changes.size() == 1 ? inserts.insertLeasedAlone(changes) : nothing(changes);
    }

    private static List<@Nullable Outcome> nothing(List<? extends Change> changes) {
        return Collections.nCopies(changes.size(), null);
    }

    private static <C extends Change> List<C> all(List<? extends Change> changes, Class<C> kind) {
        return changes.stream().map(kind::cast).toList();
    }
}

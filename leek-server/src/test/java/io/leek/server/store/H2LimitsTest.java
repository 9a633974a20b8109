package io.leek.server.store;

import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2LimitsTest extends LimitsContract {

    @TempDir
    Path dir;

    @Override
    StoreSettings.Location location() {
        return new StoreSettings.Location.File(dir);
    }

    @Test
    void thePageOfReadyTasksIsReadInTheOrderOfAnIndexWithoutThoseThatWait() {
        insertMany("m", 1, false, 50);
        claimAll(1, 50);
        apply(succeed("task-0001", "t1"));
        letGo("m");

        String query = "EXPLAIN ANALYZE " + DispatchQueries.CLAIMABLE + DispatchQueries.inOrder(Dialect.H2);
        String plan = open.sql().queryForObject(query, String.class, "default", NOW.atOffset(ZoneOffset.UTC), 100);

        assertThat(plan).contains("LEEK.QUEUED_TASK_ORDER", "index sorted", "/* scanCount: 2 */");
        assertThat(plan).doesNotContain("scanCount: 4", "scanCount: 5");
    }
}

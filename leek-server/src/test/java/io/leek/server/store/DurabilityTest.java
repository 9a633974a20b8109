package io.leek.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.ChildStore.Says;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class DurabilityTest {

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(ints = {1, 50, 2000})
    void everyAcknowledgedTaskIsThereAfterAKill(int acknowledgedBeforeTheKill) throws Exception {
        Set<String> acknowledged = saidBeforeTheKill(Says.STORED, acknowledgedBeforeTheKill);

        assertThat(kept("SELECT jid FROM leek.queued_task"))
                .hasSizeGreaterThanOrEqualTo(acknowledgedBeforeTheKill)
                .containsAll(acknowledged);
    }

    /** Or a task that takes its process down at once would never be known as one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 20, 500})
    void everyLeaseThatWasGivenIsThereAfterAKill(int givenBeforeTheKill) throws Exception {
        Set<String> given = saidBeforeTheKill(Says.LEASED, givenBeforeTheKill);

        assertThat(kept("SELECT jid FROM leek.queued_task JOIN leek.lease USING (seq)"))
                .hasSizeGreaterThanOrEqualTo(givenBeforeTheKill)
                .containsAll(given);
    }

    private Set<String> saidBeforeTheKill(Says says, int count) throws Exception {
        Process child = ChildStore.start(dir, says);
        Set<String> said = new HashSet<>();
        try (BufferedReader lines = child.inputReader()) {
            assertThat(lines.readLine()).isEqualTo(ChildStore.READY);
            for (int i = 0; i < count; i++) {
                said.add(lines.readLine());
            }
            // By its handle: the process itself would close the pipe.
            child.toHandle().destroyForcibly();
            child.waitFor();
            // What was said before the kill and is still in the pipe; the last line may be half a one.
            List<String> rest = lines.lines()
                    .filter(line -> line.length() == "task-00000000".length())
                    .toList();
            said.addAll(rest);
        } finally {
            child.destroyForcibly().waitFor();
        }
        return said;
    }

    private Set<String> kept(String query) {
        try (OpenStore open = OpenStore.open(new StoreSettings.Location.File(dir), Clock.systemUTC())) {
            return new HashSet<>(open.sql().queryForList(query, String.class));
        }
    }
}

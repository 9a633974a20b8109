package io.leek.server.store;

import static org.assertj.core.api.Assertions.assertThat;

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
        Process child = ChildStore.start(dir);
        Set<String> acknowledged = new HashSet<>();
        try (BufferedReader lines = child.inputReader()) {
            assertThat(lines.readLine()).isEqualTo(ChildStore.READY);
            for (int i = 0; i < acknowledgedBeforeTheKill; i++) {
                acknowledged.add(lines.readLine());
            }
            // By its handle: the process itself would close the pipe.
            child.toHandle().destroyForcibly();
            child.waitFor();
            // What was said before the kill and is still in the pipe; the last line may be half a one.
            List<String> rest = lines.lines()
                    .filter(line -> line.length() == "task-00000000".length())
                    .toList();
            acknowledged.addAll(rest);
        } finally {
            child.destroyForcibly().waitFor();
        }

        try (OpenStore open = OpenStore.open(new StoreSettings.Location.File(dir), Clock.systemUTC())) {
            Set<String> kept = new HashSet<>(open.sql().queryForList("SELECT jid FROM leek.queued_task", String.class));
            assertThat(kept)
                    .hasSizeGreaterThanOrEqualTo(acknowledgedBeforeTheKill)
                    .containsAll(acknowledged);
        }
    }
}

package io.leek.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.wire.Command;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HeldTasksTest {

    private final HeldTasks held = new HeldTasks();

    @Test
    void aTaskThatTheServerSaysIsLostIsNotHeldNorReportedAnyMore() {
        Assignment lost = task("task-0001", "lease-1");
        Assignment kept = task("task-0002", "lease-2");
        held.add(lost);
        held.add(kept);

        held.lost(List.of(new Command.Held("task-0001", "lease-1")));

        assertThat(held.has(lost)).isFalse();
        assertThat(held.has(kept)).isTrue();
        assertThat(held.report()).containsExactly(new Command.Held("task-0002", "lease-2"));
    }

    @Test
    void aTaskThatWasHandedOutToThisWorkerAgainIsHeld() {
        held.add(task("task-0001", "lease-2"));

        held.lost(List.of(new Command.Held("task-0001", "lease-1")));

        assertThat(held.report()).containsExactly(new Command.Held("task-0001", "lease-2"));
    }

    @Test
    void aTaskWhoseEndIsBeingReportedIsHeldUntilThatIsConfirmed() {
        Assignment task = task("task-0001", "lease-1");
        held.add(task);
        CompletableFuture<Void> confirmed = Objects.requireNonNull(held.end(task));

        held.lost(List.of(new Command.Held("task-0001", "lease-1")));

        assertThat(held.has(task)).isTrue();
        assertThat(held.end(task)).isNull();
        confirmed.complete(null);
        assertThat(held.report()).isEmpty();
    }

    private static Assignment task(String jid, String lease) {
        return Assignment.parseAll("""
                [{"jid":"%s","jobtype":"a","args":[],"custom":{"leek":{"lease":"%s","attempt":1}}}]""".formatted(jid, lease)).get(0);
    }
}

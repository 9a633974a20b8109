package io.leek.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.Committer;
import io.leek.server.store.Outcome;
import io.leek.server.store.TestClock;
import io.leek.server.store.TestStores;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CancellationsTest {

    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger tries = new AtomicInteger();
    private final Committer committer = new Committer(TestStores.applying(false, changes -> {
        tries.incrementAndGet();
        return List.of(busy.getAndDecrement() > 0 ? new Outcome.Busy() : new Outcome.Done(null));
    }));
    private final Cancellations cancellations = new Cancellations(null, committer, null, new TestClock());

    @AfterEach
    void close() {
        committer.close();
    }

    @Test
    void aTaskThatIsBeingHandedOutIsCancelledOnceThatIsDone() {
        busy.set(2);

        assertThat(cancellations.cancel("task-0001"))
                .succeedsWithin(Duration.ofSeconds(20))
                .isEqualTo(true);
        assertThat(tries).hasValue(3);
    }

    @Test
    void whatStaysInAnothersHandIsToBeAskedForAgain() {
        busy.set(Integer.MAX_VALUE);

        assertThat(cancellations.cancel("task-0001"))
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("ask again");
        assertThat(tries).hasValue(5);
    }
}

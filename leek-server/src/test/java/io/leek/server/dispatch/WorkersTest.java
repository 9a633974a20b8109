package io.leek.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkersTest {

    @Test
    void theWorkersOfAProcessAreThoseWhoseIdsBeginWithItsFirstOnes() {
        Workers workers = new Workers(() -> 0);
        workers.seen("leek-server/app-1");
        workers.seen("leek-server/app-1/mail");
        workers.seen("leek-server/app-12");
        workers.seen("leek-server/app-2/mail");

        assertThat(workers.ofProcess("leek-server/app-1"))
                .containsExactlyInAnyOrder("leek-server/app-1", "leek-server/app-1/mail");
        assertThat(workers.ofProcess("leek-server/app-2")).containsExactly("leek-server/app-2/mail");
    }
}

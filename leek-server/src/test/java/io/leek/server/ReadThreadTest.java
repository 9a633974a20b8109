package io.leek.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadThreadTest {

    @Test
    void closingLetsAReadFinishWithoutAnInterrupt() throws Exception {
        ReadThread reads = new ReadThread("leek-read");
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        reads.execute(() -> {
            reading.countDown();
            while (!reads.isShutdown()) {
                Thread.onSpinWait();
            }
            try {
                interrupted.complete(never.await(300, TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        reading.await();

        reads.close();

        assertThat(interrupted).isCompletedWithValue(false);
    }
}

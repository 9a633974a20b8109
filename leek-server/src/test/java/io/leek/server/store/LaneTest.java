package io.leek.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.Answers.Submission;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LaneTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(10);

    private final String name = "lane-" + UUID.randomUUID();
    private final BlockingQueue<Integer> batches = new LinkedBlockingQueue<>();
    private final Semaphore gate = new Semaphore(0);
    private Lane lane;

    private Lane lane(Duration moment) {
        lane = new Lane(name, moment, this::commit, () -> {});
        lane.start();
        return lane;
    }

    private void commit(List<Submission> batch) {
        batches.add(batch.size());
        gate.acquireUninterruptibly();
    }

    @AfterEach
    void close() throws InterruptedException {
        gate.release(1_000);
        lane.close();
        lane.join();
    }

    @Test
    void whoWasAnsweredTogetherIsWaitedFor() throws Exception {
        Lane lane = lane(LONG);
        commitTogether(task(), task(), task());

        lane.add(task());
        awaitGathering();
        lane.add(task());
        lane.add(task());

        assertThat(nextBatch()).isEqualTo(3);
    }

    @Test
    void whoDoesNotComeBackIsNotWaitedForOnceTheMomentIsOver() throws Exception {
        Lane lane = lane(SHORT);
        commitTogether(task(), task(), task());

        lane.add(task());

        assertThat(nextBatch()).isEqualTo(1);
    }

    @Test
    void nobodyTakesItsPlaceWhileOthersAreWaitedFor() throws Exception {
        Lane lane = lane(LONG);
        commitTogether(task(), task());

        boolean begun = lane.begin();
        if (begun) {
            lane.done();
        }

        assertThat(begun).isFalse();
    }

    @Test
    void whatIsNoNewTaskEndsTheWait() throws Exception {
        Lane lane = lane(LONG);
        commitTogether(task(), task(), task());
        lane.add(task());
        awaitGathering();

        lane.add(other());

        assertThat(nextBatch()).isEqualTo(2);
    }

    @Test
    void whatIsNoNewTaskDoesNotWait() throws Exception {
        Lane lane = lane(LONG);
        commitTogether(task(), task(), task());

        lane.add(other());

        assertThat(nextBatch()).isEqualTo(1);
    }

    @Test
    void whoTakesItsPlaceAfterManyHaveLeftIsAlone() throws Exception {
        Lane lane = lane(SHORT);
        commitTogether(task(), task());
        Thread.sleep(SHORT.toMillis() + 1);

        for (int i = 0; i < 3; i++) {
            assertThat(lane.begin()).isTrue();
            lane.done();
        }
    }

    @Test
    void whatBringsNoTaskIsNotWaitedFor() throws Exception {
        Lane lane = lane(LONG);
        commitTogether(other(), other(), other());

        lane.add(task());

        assertThat(nextBatch()).isEqualTo(1);
    }

    /** What comes while another is committed. */
    private void commitTogether(Submission... submissions) throws InterruptedException {
        lane.add(other());
        assertThat(nextBatch()).isEqualTo(1);
        for (Submission submission : submissions) {
            lane.add(submission);
        }
        gate.release();
        assertThat(nextBatch()).isEqualTo(submissions.length);
        gate.release();
        while (gate.availablePermits() > 0 || gate.hasQueuedThreads() || thread().getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
    }

    private Integer nextBatch() throws InterruptedException {
        return batches.poll(20, TimeUnit.SECONDS);
    }

    private void awaitGathering() throws InterruptedException {
        while (thread().getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
    }

    private Thread thread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .findAny()
                .orElseThrow();
    }

    private static Submission task() {
        return Submission.of(
                List.of(new Change.Insert("task-0001", "n", "default", 5, Changes.NOW, Changes.NOW, "{}", null, null)));
    }

    private static Submission other() {
        return Submission.of(List.of(new Change.LetGo("mutex")));
    }
}

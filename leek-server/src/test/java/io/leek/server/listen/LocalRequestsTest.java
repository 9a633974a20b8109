package io.leek.server.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Outcome;
import io.leek.server.store.TaskStore;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LocalRequestsTest {

    private static final int BULK = 10_000;
    private static final int MAX_LINE = 100_000;
    private static final String LARGE = "x".repeat(70_000);
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private final Semaphore gate = new Semaphore(0);
    private final AtomicInteger submitted = new AtomicInteger();
    private final Committer committer = new Committer(gated());
    private final LocalRequests requests = new LocalRequests(this::push, committer, MAX_LINE);

    private CompletableFuture<Reply> push(Command command) {
        submitted.incrementAndGet();
        int changes = command instanceof Command.PushBulk ? BULK : 1;
        return committer
                .submitAll(Collections.nCopies(changes, new Change.LetGo("mutex")))
                .thenApply(made -> Reply.OK);
    }

    private TaskStore gated() {
        return (TaskStore) Proxy.newProxyInstance(
                TaskStore.class.getClassLoader(), new Class<?>[] {TaskStore.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("apply")) {
                        return method.getName().equals("isExclusive");
                    }
                    gate.acquireUninterruptibly();
                    return ((List<?>) arguments[0])
                            .stream().<Outcome>map(change -> new Outcome.Lost()).toList();
                });
    }

    @AfterEach
    void close() {
        gate.release(1_000_000);
        committer.close();
    }

    @Test
    void manyWhoPushManyAtOnceWaitInsteadOfBeingRefused() throws Exception {
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            callers.add(calling(new Command.PushBulk(LARGE), replies));
        }
        callers.add(calling(new Command.LeekPush("{}"), replies));
        awaitWaiting(callers);
        // So many bring it to where callers are asked to wait, and all together more than is ever accepted.
        assertThat(submitted).hasValueLessThanOrEqualTo(3);
        gate.release(1_000_000);

        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(replies).hasSize(13).allSatisfy(reply -> assertThat(reply)
                .succeedsWithin(30, TimeUnit.SECONDS)
                .isEqualTo(Reply.OK));
    }

    @Test
    void whoHasWaitedLongEnoughIsToldThatNothingWasTried() {
        List<CompletableFuture<Reply>> pending = congested();
        int before = submitted.get();

        assertThatThrownBy(() -> requests.answer(new Command.LeekPush("{}"), Duration.ofMillis(1)))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("try again later");
        assertThatThrownBy(() -> requests.answer(new Command.PushBulk(LARGE), Duration.ofMillis(1)))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("try again later");
        awaitWaiting(List.of(calling(new Command.LeekPush(LARGE), new ArrayList<>())));
        assertThatThrownBy(() -> requests.answer(new Command.PushBulk(LARGE), Duration.ofMillis(1)))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("try again later");
        assertThat(submitted).hasValue(before);
        assertThat(pending).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void whoIsInterruptedStopsWaiting() {
        congested();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> requests.answer(new Command.LeekPush("{}"), PATIENCE))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whoSaysThatThereAreRowsDoesNotWait() {
        congested();
        int before = submitted.get();

        requests.answer(new Command.Wake(List.of()), PATIENCE);

        assertThat(submitted).hasValue(before + 1);
    }

    @Test
    void whatIsTooLongForASocketIsTooLongHere() {
        String fits = "\u00e9".repeat(MAX_LINE / 2);
        gate.release(1_000_000);

        assertThat(requests.answer(new Command.LeekPush(fits), PATIENCE))
                .succeedsWithin(10, TimeUnit.SECONDS)
                .isEqualTo(Reply.OK);
        assertThat(List.of(new Command.LeekPush(fits + "x"), new Command.PushBulk(fits + "x")))
                .allSatisfy(command -> assertThat(requests.answer(command, PATIENCE))
                        .isCompletedWithValue(Reply.error("a line may have at most 100000 bytes (leek.server.max-line);"
                                + " this one is longer")));
    }

    @Test
    void whatFailsIsAReply() {
        gate.release(1_000_000);
        committer.close();

        assertThat(requests.answer(new Command.LeekPush("{}"), PATIENCE))
                .isCompletedWithValueMatching(reply -> reply instanceof Reply.Failure failure
                        && failure.code().equals(Reply.Failure.UNAVAILABLE)
                        && failure.message().contains("stopping"));
    }

    private List<CompletableFuture<Reply>> congested() {
        List<CompletableFuture<Reply>> pending = new ArrayList<>();
        pending.add(requests.answer(new Command.PushBulk(LARGE), PATIENCE));
        pending.add(requests.answer(new Command.PushBulk(LARGE), PATIENCE));
        assertThat(committer.isCongested()).isTrue();
        return pending;
    }

    private Thread calling(Command command, List<CompletableFuture<Reply>> replies) {
        CompletableFuture<CompletableFuture<Reply>> reply = new CompletableFuture<>();
        replies.add(reply.thenCompose(answer -> answer));
        Thread caller = new Thread(() -> {
            try {
                reply.complete(requests.answer(command, PATIENCE));
            } catch (RuntimeException e) {
                reply.completeExceptionally(e);
            }
        });
        caller.start();
        return caller;
    }

    /** Each of them has got through, or waits. */
    private static void awaitWaiting(List<Thread> callers) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!callers.stream().allMatch(LocalRequestsTest::isWaitingOrDone) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(callers).allMatch(LocalRequestsTest::isWaitingOrDone);
    }

    private static boolean isWaitingOrDone(Thread caller) {
        return caller.getState() == Thread.State.TIMED_WAITING || !caller.isAlive();
    }
}

package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.leek.AwaitTimeoutException;
import io.leek.Leek;
import io.leek.LeekException;
import io.leek.LeekTask;
import io.leek.LeekUnavailableException;
import io.leek.TaskContext;
import io.leek.TaskFailedException;
import io.leek.TaskHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Waiting for results, with the server and the worker inside the application. */
@Timeout(60)
class AwaitTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private void run(ContextConsumer<ApplicationContext> test, String... properties) {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(LeekAutoConfiguration.class))
                .withUserConfiguration(App.class)
                .withPropertyValues("leek.store=file", "leek.server.data-dir=" + folder)
                .withPropertyValues(properties)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    test.accept(context);
                });
    }

    @Test
    void theResultIsBoundToTheMethodsReturnType() {
        run(context -> {
            Leek leek = context.getBean(Leek.class);
            Work work = context.getBean(Work.class);
            TaskHandle<List<Sum>> list = leek.offload(() -> work.sums(3));

            assertThat(leek.offload(() -> work.sum(7)).await(LONG)).isEqualTo(new Sum(7));
            assertThat(list.await(LONG)).containsExactly(new Sum(1), new Sum(2), new Sum(3));
            assertThat(leek.offload(() -> work.nothing()).await(LONG)).isNull();
            assertThat(leek.offload(() -> work.run()).await(LONG)).isNull();
            assertThat(leek.push("work.sum", 9).await(LONG)).isEqualTo(new Sum(9));
            assertThat(leek.handle(list.id(), List.class).await(LONG)).hasSize(3);
        });
    }

    @Test
    void aTaskThatFailedIsAnExceptionThatSaysWhy() {
        run(context -> {
            Work work = context.getBean(Work.class);
            TaskHandle<Void> handle = context.getBean(Leek.class).offload(() -> work.fail());

            assertThatThrownBy(() -> handle.await(LONG))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining(handle.id())
                    .hasMessageContaining("disk full");
            assertThatThrownBy(() -> handle.toCompletableFuture().get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(TaskFailedException.class);
        });
    }

    @Test
    void aResultThatDoesNotFitSaysSoAndNotWhatItIs() {
        run(context -> {
            Work work = context.getBean(Work.class);
            Leek leek = context.getBean(Leek.class);
            TaskHandle<Integer> wrong =
                    leek.handle(leek.offload(() -> work.sum(4711)).id(), Integer.class);

            assertThatThrownBy(() -> wrong.await(LONG))
                    .isInstanceOf(LeekException.class)
                    .hasMessageContaining("java.lang.Integer")
                    .hasMessageNotContaining("4711");
            assertThatThrownBy(() -> wrong.toCompletableFuture().join())
                    .cause()
                    .isInstanceOf(LeekException.class)
                    .hasMessageContaining("java.lang.Integer");
        });
    }

    @Test
    void aTimeoutTellsWhatTheTaskIsDoing() {
        run(context -> {
            Leek leek = context.getBean(Leek.class);
            Work work = context.getBean(Work.class);
            TaskHandle<Void> running = leek.offload(() -> work.block());
            Work.begun.await();
            TaskHandle<Sum> waiting = leek.offload(() -> work.sum(1));
            TaskHandle<Sum> nowhere = leek.handle("no-such-task", Sum.class);
            Duration brief = Duration.ofMillis(1);

            AwaitTimeoutException e = catchThrowableOfType(AwaitTimeoutException.class, () -> running.await(brief));
            assertThat(e.taskId()).isEqualTo(running.id());
            assertThat(e.timeout()).isEqualTo(brief);
            assertThat(e)
                    .hasMessageStartingWith(
                            "Task " + running.id() + " did not finish within PT0.001S: work.block runs, ");
            assertThatThrownBy(() -> waiting.await(Duration.ZERO))
                    .isInstanceOf(AwaitTimeoutException.class)
                    .hasMessageContaining("work.sum waits in queue default, due at ");
            assertThatThrownBy(() -> nowhere.await(Duration.ZERO))
                    .isInstanceOf(AwaitTimeoutException.class)
                    .hasMessageContaining("it is not there");

            Work.release.countDown();
            assertThat(waiting.await(LONG)).isEqualTo(new Sum(1));
            assertThat(waiting.await(Duration.ZERO)).as("it has finished").isEqualTo(new Sum(1));
        });
    }

    @Test
    void aFutureCompletesInAThreadThatNothingElseNeeds() {
        run(context -> {
            Leek leek = context.getBean(Leek.class);
            Work work = context.getBean(Work.class);
            TaskHandle<Void> blocked = leek.offload(() -> work.block());
            TaskHandle<Sum> sum = leek.offload(() -> work.sum(7));

            // What blocks in there must not keep the answer to its own question from arriving.
            CompletableFuture<String> both = sum.toCompletableFuture()
                    .thenApply(seven -> seven + " in " + Thread.currentThread().getName() + ", "
                            + leek.offload(() -> work.sum(8)).await(LONG));
            Work.release.countDown();

            assertThat(both)
                    .succeedsWithin(LONG)
                    .asString()
                    .startsWith("Sum[of=7] in ")
                    .endsWith(", Sum[of=8]")
                    .doesNotContain("leek-client");
            assertThat(blocked.toCompletableFuture()).succeedsWithin(LONG).isNull();
        });
    }

    @Test
    void aTaskThatWouldKeepItsOnlyThreadFromTheOneItWaitsForIsToldAtOnce() {
        run(context -> {
            Leek leek = context.getBean(Leek.class);
            Work work = context.getBean(Work.class);

            String told = leek.offload(() -> work.waitsForAnother()).await(LONG);

            assertThat(told)
                    .contains(
                            "(work.sum) is for this application's worker, queue default, whose only thread runs task ")
                    .contains("(work.waitsForAnother)")
                    .contains("leek.worker.concurrency");
        });
    }

    @Test
    void aTaskMayWaitForOneThatHasFinishedOrThatItsWorkerDoesNotServe() {
        run(context -> {
            Leek leek = context.getBean(Leek.class);
            Work work = context.getBean(Work.class);
            String finished = leek.offload(() -> work.sum(7)).id();

            leek.handle(finished, Sum.class).await(LONG);
            assertThat(leek.offload(() -> work.waitsFor(finished, 0)).await(LONG))
                    .isEqualTo("Sum[of=7]");
            String elsewhere =
                    leek.with().queue("elsewhere").offload(() -> work.sum(8)).id();
            assertThat(leek.offload(() -> work.waitsFor(elsewhere, 1)).await(LONG))
                    .startsWith("Task " + elsewhere + " did not finish within PT0.001S");
        });
    }

    @Test
    void withAnotherThreadATaskMayWaitForAnother() {
        run(
                context -> {
                    Leek leek = context.getBean(Leek.class);
                    Work work = context.getBean(Work.class);

                    assertThat(leek.offload(() -> work.waitsForAnother()).await(LONG))
                            .isEqualTo("Sum[of=7]");
                },
                "leek.worker.concurrency=2");
    }

    @Test
    void aTaskThatWaitsForItselfIsToldAtOnce() {
        run(
                context -> {
                    Leek leek = context.getBean(Leek.class);
                    Work work = context.getBean(Work.class);

                    assertThat(leek.offload(() -> work.waitsForItself()).await(LONG))
                            .contains("(work.waitsForItself) waits for itself");
                },
                "leek.worker.concurrency=2");
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        run(context -> {
            TaskHandle<?> handle = context.getBean(Leek.class).handle("no-such-task", Sum.class);

            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> handle.await(LONG))
                    .isInstanceOf(LeekException.class)
                    .hasMessageContaining("no-such-task")
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        });
    }

    @Test
    void whoeverWaitsWhileTheApplicationStopsIsTold() {
        AtomicReference<@Nullable CompletableFuture<?>> waiting = new AtomicReference<>();

        run(context -> waiting.set(
                context.getBean(Leek.class).handle("no-such-task", Sum.class).toCompletableFuture()));

        assertThat(waiting.get())
                .failsWithin(LONG)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(LeekUnavailableException.class);
    }

    record Sum(int of) {}

    @Configuration(proxyBeanMethods = false)
    static class App {

        @Bean
        Work work(Leek leek) {
            Work.begun = new CountDownLatch(1);
            Work.release = new CountDownLatch(1);
            return new Work(leek);
        }
    }

    static class Work {

        static volatile CountDownLatch begun = new CountDownLatch(1);
        static volatile CountDownLatch release = new CountDownLatch(1);

        private final @Nullable Leek leek;

        Work(@Nullable Leek leek) {
            this.leek = leek;
        }

        @LeekTask
        public Sum sum(int of) {
            return new Sum(of);
        }

        @LeekTask
        public List<Sum> sums(int upTo) {
            return IntStream.rangeClosed(1, upTo).mapToObj(Sum::new).toList();
        }

        @LeekTask
        public @Nullable Sum nothing() {
            return null;
        }

        @LeekTask
        public void run() {}

        @LeekTask
        public void fail() {
            throw new IllegalStateException("disk full");
        }

        @LeekTask
        public void block() throws InterruptedException {
            begun.countDown();
            release.await();
        }

        @LeekTask
        public String waitsForAnother() {
            return outcome(leek.offload(Work.class, work -> work.sum(7)), LONG);
        }

        @LeekTask
        public String waitsFor(String id, long millis) {
            return outcome(leek.handle(id, Sum.class), Duration.ofMillis(millis));
        }

        @LeekTask
        public String waitsForItself() {
            String id = TaskContext.current().orElseThrow().id();
            return outcome(leek.handle(id, String.class), LONG);
        }

        private static String outcome(TaskHandle<?> handle, Duration timeout) {
            try {
                return String.valueOf(handle.await(timeout));
            } catch (RuntimeException e) {
                return String.valueOf(e.getMessage());
            }
        }
    }
}

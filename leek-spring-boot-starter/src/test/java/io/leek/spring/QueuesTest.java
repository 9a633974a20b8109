package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskContext;
import io.leek.TaskHandle;
import io.leek.task.Task;
import io.leek.task.TaskQueue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Queues as an application declares them, over the socket to threads of their own. */
@Timeout(60)
class QueuesTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private ApplicationContextRunner application(String... properties) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(LeekAutoConfiguration.class))
                .withUserConfiguration(App.class)
                .withPropertyValues("leek.store=file", "leek.server.data-dir=" + folder)
                .withPropertyValues(properties);
    }

    @Test
    void aQueueWithThreadsOfItsOwnRunsWhileAllOthersAreHeldUp() {
        application("leek.queues.mail.concurrency=1").run(context -> {
            Leek leek = context.getBean(Leek.class);
            Work work = context.getBean(Work.class);
            TaskHandle<Void> blocked = leek.offload(() -> work.block());
            work.begun().await();

            assertThat(leek.with().queue("mail").offload(() -> work.thread()).await(LONG))
                    .isEqualTo("leek-worker-mail-1");
            assertThat(leek.find(blocked.id()).orElseThrow().running()).isTrue();

            work.release().countDown();
            assertThat(leek.offload(() -> work.thread()).await(LONG)).isEqualTo("leek-worker-1");
        });
    }

    @Test
    void theWorkerOfAQueueHasTheProcessesIdBeforeItsOwn() {
        application("leek.queues.mail.concurrency=1").run(context -> {
            Leek leek = context.getBean(Leek.class);
            Work work = context.getBean(Work.class);
            TaskHandle<String> shared = leek.offload(() -> work.thread());
            TaskHandle<String> mail = leek.with().queue("mail").offload(() -> work.thread());
            shared.await(LONG);
            mail.await(LONG);

            String id = leek.find(shared.id()).map(Task::workerId).orElseThrow();
            assertThat(leek.find(mail.id()).map(Task::workerId)).contains(id + "/mail");
        });
    }

    @Test
    void aTaskMayWaitForOneOfAQueueWithOtherThreadsAndNotOfItsOwn() {
        application("leek.queues.mail.concurrency=1").run(context -> {
            Leek leek = context.getBean(Leek.class);
            Work work = context.getBean(Work.class);

            assertThat(leek.offload(() -> work.waitsFor("mail")).await(LONG)).isEqualTo("leek-worker-mail-1");
            assertThat(leek.with()
                            .queue("mail")
                            .offload(() -> work.waitsFor("mail"))
                            .await(LONG))
                    .contains("(work.thread) is for this application's worker, queue mail, whose only thread")
                    .contains("leek.queues.mail.concurrency");
        });
    }

    @Test
    void tasksThatNameNoQueueAreRoutedByTheirNames() {
        application("leek.queues.reports.tasks=work.th*").run(context -> {
            Leek leek = context.getBean(Leek.class);
            Work work = context.getBean(Work.class);

            assertThat(queue(leek, leek.offload(() -> work.thread()))).isEqualTo("reports");
            assertThat(queue(leek, leek.offload(() -> work.named()))).isEqualTo("default");
            assertThat(queue(leek, leek.with().queue("default").offload(() -> work.thread())))
                    .isEqualTo("default");
            assertThat(queue(leek, leek.push("work.thx"))).isEqualTo("reports");
            assertThat(leek.offload(() -> work.thread()).await(LONG)).isEqualTo("leek-worker-1");
        });
    }

    @Test
    void aPausedQueueWaitsUntilItIsResumed() {
        application("leek.queues.mail.concurrency=1").run(context -> {
            Leek leek = context.getBean(Leek.class);
            Work work = context.getBean(Work.class);
            leek.pause("mail");
            TaskHandle<String> waiting = leek.with().queue("mail").offload(() -> work.thread());

            assertThat(leek.offload(() -> work.thread()).await(LONG)).isEqualTo("leek-worker-1");
            assertThat(leek.queues())
                    .filteredOn(TaskQueue::isPaused)
                    .singleElement()
                    .satisfies(queue -> {
                        assertThat(queue.name()).isEqualTo("mail");
                        assertThat(queue.size()).isEqualTo(1);
                        assertThat(queue.latency()).isGreaterThanOrEqualTo(Duration.ZERO);
                    });
            leek.resume("mail");

            assertThat(waiting.await(LONG)).isEqualTo("leek-worker-mail-1");
            assertThat(leek.queues()).extracting(TaskQueue::name).containsExactly("default", "mail");
            assertThat(leek.queues()).noneMatch(TaskQueue::isPaused);
            assertThatThrownBy(() -> leek.pause("my mail"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'my mail'");
        });
    }

    @Test
    void allThreadsStopWithinOneShutdownTimeout() {
        application("leek.queues.mail.concurrency=1", "leek.worker.shutdown-timeout=1ms")
                .run(context -> {
                    Leek leek = context.getBean(Leek.class);
                    Work work = context.getBean(Work.class);
                    leek.offload(() -> work.block());
                    leek.with().queue("mail").offload(() -> work.block());
                    work.begun().await();
                    work.begunTwice().await();
                    WorkerLifecycle workers = context.getBean(WorkerLifecycle.class);

                    workers.stop();

                    assertThat(workers.isRunning()).isFalse();
                    assertThat(work.interrupted().getCount()).isZero();
                });
    }

    private static String queue(Leek leek, TaskHandle<?> handle) {
        return leek.find(handle.id()).orElseThrow().queue();
    }

    @Configuration(proxyBeanMethods = false)
    static class App {

        @Bean
        Work work(Leek leek) {
            return new Work(leek);
        }
    }

    static class Work {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch begunTwice = new CountDownLatch(2);
        private final CountDownLatch interrupted = new CountDownLatch(2);
        private final CountDownLatch release = new CountDownLatch(1);

        private final Leek leek;

        Work(Leek leek) {
            this.leek = leek;
        }

        CountDownLatch begun() {
            return begun;
        }

        CountDownLatch begunTwice() {
            return begunTwice;
        }

        CountDownLatch interrupted() {
            return interrupted;
        }

        CountDownLatch release() {
            return release;
        }

        @LeekTask
        public void block() throws InterruptedException {
            begun.countDown();
            begunTwice.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }

        @LeekTask
        public String thread() {
            return Thread.currentThread().getName();
        }

        @LeekTask(name = "work.thisOne", queue = "default")
        public String named() {
            return TaskContext.current().orElseThrow().name();
        }

        @LeekTask
        public String waitsFor(String queue) {
            TaskHandle<?> handle = leek.with().queue(queue).offload(Work.class, work -> work.thread());
            try {
                return String.valueOf(handle.await(LONG));
            } catch (IllegalStateException e) {
                return String.valueOf(e.getMessage());
            }
        }
    }
}

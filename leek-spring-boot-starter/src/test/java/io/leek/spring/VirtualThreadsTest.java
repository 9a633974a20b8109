package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskHandle;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.ApplicationContext;

@Timeout(60)
class VirtualThreadsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    /** More than there are carriers, on any machine: a task that waits must not hold one up. */
    private static final int MANY = 300;

    @TempDir
    Path folder;

    private void run(ContextConsumer<ApplicationContext> test, String... properties) {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(LeekAutoConfiguration.class))
                .withPropertyValues("leek.store=file", "leek.server.data-dir=" + folder)
                .withPropertyValues(properties)
                .withBean("work", Work.class)
                .run(test);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void tasksRunOnVirtualThreadsWhereSpringsDo() {
        run(
                context -> {
                    Leek leek = context.getBean(Leek.class);
                    Work work = context.getBean(Work.class);
                    List<TaskHandle<Boolean>> all = new ArrayList<>();
                    for (int i = 0; i < MANY; i++) {
                        all.add(leek.offload(() -> work.waitsForAllOthers()));
                    }
                    for (TaskHandle<Boolean> one : all) {
                        assertThat(one.await(LONG)).isTrue();
                    }
                },
                "spring.threads.virtual.enabled=true",
                "leek.worker.concurrency=" + MANY);
    }

    @Test
    void oneThreadIsNotVirtual() {
        run(
                context -> {
                    Work work = context.getBean(Work.class);
                    assertThat(context.getBean(Leek.class)
                                    .offload(() -> work.isVirtual())
                                    .await(LONG))
                            .isFalse();
                },
                "spring.threads.virtual.enabled=true");
    }

    @Test
    void withoutSpringsSettingThreadsAreNotVirtual() {
        run(
                context -> {
                    Work work = context.getBean(Work.class);
                    assertThat(context.getBean(Leek.class)
                                    .offload(() -> work.isVirtual())
                                    .await(LONG))
                            .isFalse();
                },
                "leek.worker.concurrency=2");
    }

    static class Work {

        private final CountDownLatch all = new CountDownLatch(MANY);

        @LeekTask
        public boolean waitsForAllOthers() throws Exception {
            all.countDown();
            return all.await(30, TimeUnit.SECONDS) && isVirtual();
        }

        /** The method is not there at compile time. */
        @LeekTask
        public boolean isVirtual() throws Exception {
            if (Runtime.version().feature() < 21) {
                return false;
            }
            Method isVirtual = Thread.class.getMethod("isVirtual");
            return (boolean) isVirtual.invoke(Thread.currentThread());
        }
    }
}

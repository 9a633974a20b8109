package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskFailedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

/** Versions of an application that follow each other, on the tasks that the ones before have left. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class NamesTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private <T> void version(
            Class<T> type, Supplier<T> bean, ContextConsumer<ApplicationContext> test, String... more) {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(LeekAutoConfiguration.class))
                .withPropertyValues("leek.store=file", "leek.server.data-dir=" + folder)
                .withPropertyValues(more)
                .withBean("bean", type, bean)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    test.accept(context);
                });
    }

    /** A version that offloads and runs nothing. */
    private String left(String name, Object... arguments) {
        String[] id = new String[1];
        version(
                Old.class,
                Old::new,
                context -> id[0] =
                        context.getBean(Leek.class).push(name, arguments).id(),
                "leek.worker.enabled=false");
        return id[0];
    }

    private Object result(ApplicationContext context, String id) {
        return context.getBean(Leek.class).handle(id, String.class).await(LONG);
    }

    @Test
    void aTaskQueuedUnderAFormerNameIsRunByTheMethodThatHasItAsAnAlias() {
        String id = left("old.greet", "ada");

        version(Renamed.class, Renamed::new, context -> {
            assertThat(result(context, id)).isEqualTo("hello ada");
            assertThat(context.getBean(Leek.class).push("old.greet", "bob").await(LONG))
                    .isEqualTo("hello bob");
        });
    }

    @Test
    void aNameThatTwoTasksHaveIsRefused() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(LeekAutoConfiguration.class))
                .withPropertyValues("leek.store=file", "leek.server.data-dir=" + folder)
                .withBean("old", Old.class)
                .withBean("renamed", Renamed.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("has the alias 'old.greet'")
                        .hasMessageContaining("Old.greet"));
    }

    @Test
    void whatDoesNotFitIsSaidOnceAtTheStartWithoutAnyValue(CapturedOutput output) {
        left("old.greet", "s3cret");
        left("old.greet", "s3cret");
        left("nobody.knows", "s3cret");
        version(
                Old.class,
                Old::new,
                context -> context.getBean(Leek.class).pause("default"),
                "leek.worker.enabled=false");

        CompletableFuture<String> said = SaidBy.logger("io.leek.worker.BacklogCheck");
        version(Changed.class, Changed::new, context -> said.get(30, TimeUnit.SECONDS));

        assertThat(output)
                .containsOnlyOnce("Among the tasks that wait")
                .contains("1 named nobody.knows, which no connected worker knows")
                .contains(
                        "2 named old.greet, whose arguments don't fit: Task old.greet: argument 1 (times) must be int,"
                                + " but the record has a string that does not fit")
                .doesNotContain("s3cret");
    }

    @Test
    void aTaskParkedBecauseOfItsArgumentsRunsByItselfOnceAVersionFitsThem() {
        String id = left("old.greet", "ada");
        version(Changed.class, Changed::new, context -> assertThatThrownBy(() -> result(context, id))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("must be int"));

        Renamed renamed = new Renamed();
        version(Renamed.class, () -> renamed, context -> {
            assertThat(renamed.greeted.get(30, TimeUnit.SECONDS)).isEqualTo("ada");
            assertThat(result(context, id)).isEqualTo("hello ada");
        });
    }

    /** The first line of a logger, once it is there. */
    static final class SaidBy extends AppenderBase<ILoggingEvent> {

        private final CompletableFuture<String> line = new CompletableFuture<>();

        static CompletableFuture<String> logger(String name) {
            SaidBy said = new SaidBy();
            said.start();
            ((Logger) LoggerFactory.getLogger(name)).addAppender(said);
            return said.line;
        }

        @Override
        protected void append(ILoggingEvent event) {
            line.complete(event.getFormattedMessage());
        }
    }

    static class Old {

        @LeekTask(name = "old.greet")
        public String greet(String who) {
            return "hi " + who;
        }
    }

    static class Renamed {

        final CompletableFuture<String> greeted = new CompletableFuture<>();

        @LeekTask(name = "new.greet", aliases = "old.greet")
        public String greetPolitely(String who) {
            greeted.complete(who);
            return "hello " + who;
        }
    }

    static class Changed {

        @LeekTask(name = "old.greet")
        public String greet(int times) {
            return "hi ".repeat(times);
        }
    }
}

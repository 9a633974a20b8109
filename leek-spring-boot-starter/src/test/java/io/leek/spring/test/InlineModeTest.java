package io.leek.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.RetryLaterException;
import io.leek.TaskCancelledException;
import io.leek.TaskContext;
import io.leek.TaskFailedException;
import io.leek.TaskHandle;
import io.leek.TaskRefusedException;
import io.leek.spring.offload.OffloadConfiguration;
import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

class InlineModeTest {

    private final AnnotationConfigApplicationContext context =
            new AnnotationConfigApplicationContext(OffloadConfiguration.class, InlineConfiguration.class, App.class);
    private final Leek leek = context.getBean(Leek.class);
    private final Work work = context.getBean(Work.class);
    private final JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
    private final TransactionTemplate transaction =
            new TransactionTemplate(context.getBean(PlatformTransactionManager.class));

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void aTaskRunsAtOnceInTheCallersThreadWithAContext() {
        TaskHandle<Void> handle = leek.with().delay(Duration.ofDays(1)).offload(() -> work.note(new Note("hello")));

        assertThat(work.seen())
                .containsExactly("hello as attempt 1 of " + handle.id() + " in "
                        + Thread.currentThread().getName());
        assertThat(TaskContext.current()).isEmpty();
    }

    @Test
    void whatATaskTellsOfItselfIsKeptWithIt() {
        TaskHandle<Void> handle = leek.offload(() -> work.tells());

        Task task = handle.find().orElseThrow();
        assertThat(task.state()).isEqualTo(TaskState.SUCCESS);
        assertThat(task.progress().orElseThrow().done()).isEqualTo(2);
        assertThat(task.log()).containsExactly("one", "two");
    }

    @Test
    void aTaskThatIsCancelledWhileItRunsEndsSoAndItsCallerGoesOn() {
        TaskHandle<Void> handle = leek.offload(() -> work.cancelsItself());

        assertThatThrownBy(() -> handle.await(Duration.ZERO)).isInstanceOf(TaskCancelledException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(handle.cancel()).as("it has ended").isFalse();
    }

    @Test
    void argumentsMakeTheRoundTripThroughJson() {
        Note note = new Note("hello");

        leek.offload(() -> work.keep(note));

        assertThat(work.kept()).isNotSameAs(note).isEqualTo(note);
    }

    @Test
    void theResultIsKeptAndBound() {
        TaskHandle<Note> handle = leek.offload(() -> work.make("made"));

        assertThat(handle.result()).contains(new Note("made"));
        assertThat(handle.await(Duration.ZERO)).isEqualTo(new Note("made"));
        assertThat(handle.toCompletableFuture()).isCompletedWithValue(new Note("made"));
        Task task = handle.find().orElseThrow();
        assertThat(task.state()).isEqualTo(TaskState.SUCCESS);
        assertThat(task.finishedAt()).isNotNull();
        assertThat(task.attempts()).isOne();
        assertThat(leek.count(TaskQuery.success().name("work.make"))).isOne();
    }

    @Test
    void whatATaskThrowsReachesTheCallerAsItIsAndIsKept() {
        assertThatThrownBy(() -> leek.offload(() -> work.fail("disk full")))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("disk full");

        Task failed = leek.list(TaskQuery.failed()).get(0);
        assertThat(failed.failure().orElseThrow().reason()).isEqualTo("exception");
        assertThat(failed.failure().orElseThrow().summary()).isEqualTo("java.io.IOException: disk full");
        assertThatThrownBy(() -> leek.handle(failed.id(), Note.class).result()).isInstanceOf(TaskFailedException.class);
    }

    @Test
    void aTaskOfATransactionIsWaitedForUntilAfterTheCommit() {
        CompletableFuture<Note> made = Objects.requireNonNull(transaction.execute(status -> {
            CompletableFuture<Note> future =
                    leek.offload(() -> work.make("made")).toCompletableFuture();
            assertThat(future).isNotDone();
            return future;
        }));

        assertThat(made).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(new Note("made"));
    }

    @Test
    void everyTaskOfABatchRunsBeforeTheFirstFailureIsThrown() {
        assertThatThrownBy(() -> leek.offloadAll(List.of("a", "b", "c"), work::fail))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("a")
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(2));

        assertThat(leek.count(TaskQuery.failed())).isEqualTo(3);
    }

    @Test
    void retryRunsAFailedTaskAgain() {
        assertThatThrownBy(() -> leek.offload(() -> work.fail("first"))).isInstanceOf(IOException.class);
        String id = leek.list(TaskQuery.failed()).get(0).id();
        work.repair();

        assertThat(leek.retry(id)).isTrue();

        assertThat(leek.find(id).orElseThrow().state()).isEqualTo(TaskState.SUCCESS);
        assertThat(leek.retry(id)).as("of a task that did not fail").isFalse();
        assertThat(leek.retry("unknown-task")).isFalse();
    }

    @Test
    void whatATaskSaysAboutItsRetryReachesTheCallerAndNothingIsRetriedByItself() {
        assertThatThrownBy(() -> leek.with().maxRetries(3).offload(() -> work.later()))
                .isExactlyInstanceOf(RetryLaterException.class);

        Task failed = leek.list(TaskQuery.failed()).get(0);
        assertThat(failed.attempts()).isOne();
        assertThat(failed.failure().orElseThrow().summary()).isEqualTo("java.io.IOException: busy");
    }

    @Test
    void everyRunThatFailedIsTold() {
        assertThatThrownBy(() -> leek.offload(() -> work.fail("first"))).isInstanceOf(IOException.class);
        String id = leek.list(TaskQuery.failed()).get(0).id();
        assertThatThrownBy(() -> leek.retry(id)).isInstanceOf(IOException.class);
        work.repair();
        leek.retry(id);

        assertThat(leek.find(id).orElseThrow().failures())
                .extracting(attempt -> attempt.failure().message())
                .containsExactly("first", "first");
        assertThat(leek.list(TaskQuery.success()).get(0).failures())
                .as("in a list, as elsewhere")
                .isEmpty();
    }

    @Test
    void retryAllRunsEveryFailedOneThatMatches() {
        assertThatThrownBy(() -> leek.offloadAll(List.of("a", "b"), work::fail)).isInstanceOf(IOException.class);
        work.repair();

        assertThat(leek.retryAll(TaskQuery.failed().name("work.other"))).isZero();
        assertThat(leek.retryAll(TaskQuery.failed())).isEqualTo(2);
        assertThat(leek.count(TaskQuery.failed())).isZero();
    }

    @Test
    void aTaskThatThisApplicationDoesNotKnowIsRefused() {
        assertThatThrownBy(() -> leek.push("elsewhere", 1))
                .isInstanceOf(TaskRefusedException.class)
                .hasMessageContaining("elsewhere");
    }

    @Test
    void aKeyCountsWhileItsTaskRuns() {
        TaskHandle<Boolean> handle = leek.with().key("k").offload(() -> work.offloadsItself("k"));

        assertThat(handle.result()).as("whether the inner one was new").contains(false);
        assertThat(leek.with().key("k").offload(() -> work.make("x")).isNew()).isTrue();
    }

    @Test
    void aKeyWhileQueuedEndsWithTheBeginOfTheRun() {
        TaskHandle<Boolean> handle = leek.with().keyWhileQueued("once").offload(() -> work.offloadsItself("once"));

        assertThat(handle.result()).as("whether the inner one was new").contains(true);
    }

    @Test
    void theTimeOfAKeyIsNotWaitedForInline() {
        assertThat(leek.with()
                        .key("hourly", Duration.ofHours(1))
                        .offload(() -> work.make("x"))
                        .isNew())
                .isTrue();
        assertThat(leek.with()
                        .key("hourly", Duration.ofHours(1))
                        .offload(() -> work.make("x"))
                        .isNew())
                .isTrue();
    }

    @Test
    void listsAreNewestFirstAPageAtATimeAndBounded() {
        leek.offloadAll(IntStream.range(0, 1_010).mapToObj(String::valueOf).toList(), (String text) -> work.make(text));

        List<Task> first = leek.list(TaskQuery.success().limit(3));
        List<Task> second =
                leek.list(TaskQuery.success().limit(2).after(first.get(2).id()));

        assertThat(first).extracting(Task::result).containsExactly(json(1009), json(1008), json(1007));
        assertThat(second).extracting(Task::result).containsExactly(json(1006), json(1005));
        assertThat(leek.count(TaskQuery.success())).isEqualTo(1_000);
    }

    @Test
    void inATransactionTheTaskRunsAfterTheCommitInATransactionOfItsOwn() {
        transaction.executeWithoutResult(status -> {
            jdbc.update("insert into note values ('by the caller')");
            leek.offload(() -> work.store("by the task"));
            assertThat(notes()).containsExactly("by the caller");
        });

        assertThat(notes()).containsExactlyInAnyOrder("by the caller", "by the task");
    }

    @Test
    void aTaskThatRollsBackAfterTheCommitLosesOnlyItsOwnRows() {
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    jdbc.update("insert into note values ('by the caller')");
                    leek.offload(() -> work.storeAndFail("by the task"));
                }))
                .isExactlyInstanceOf(IllegalStateException.class);

        assertThat(notes()).containsExactly("by the caller");
    }

    @Test
    void aRolledBackTransactionRunsNothing() {
        transaction.executeWithoutResult(status -> {
            leek.offload(() -> work.store("by the task"));
            status.setRollbackOnly();
        });

        assertThat(notes()).isEmpty();
        assertThat(leek.count(TaskQuery.success())).isZero();
    }

    private static String json(int number) {
        return "{\"text\":\"" + number + "\"}";
    }

    private List<String> notes() {
        return jdbc.queryForList("select text from note", String.class);
    }

    record Note(String text) {}

    static class Work {

        private final Leek leek;
        private final JdbcTemplate jdbc;
        private final List<String> seen = new ArrayList<>();
        private Note kept = new Note("");
        private boolean repaired;

        Work(Leek leek, JdbcTemplate jdbc) {
            this.leek = leek;
            this.jdbc = jdbc;
        }

        @LeekTask
        public void note(Note note) {
            TaskContext task = TaskContext.current().orElseThrow();
            seen.add(note.text() + " as attempt " + task.attempt() + " of " + task.id() + " in "
                    + Thread.currentThread().getName());
        }

        @LeekTask
        public void tells() {
            TaskContext task = TaskContext.current().orElseThrow();
            task.log("one\ntwo");
            task.progress(2, 3);
            assertThat(leek.find(task.id()).orElseThrow().running()).isTrue();
        }

        @LeekTask
        public void cancelsItself() throws InterruptedException {
            assertThat(leek.cancel(TaskContext.current().orElseThrow().id())).isTrue();
            new CountDownLatch(1).await();
        }

        @LeekTask
        public void keep(Note note) {
            kept = note;
        }

        @LeekTask
        public Note make(String text) {
            return new Note(text);
        }

        @LeekTask
        public void fail(String message) throws IOException {
            if (!repaired) {
                throw new IOException(message);
            }
        }

        @LeekTask
        public void later() {
            throw new RetryLaterException(Duration.ofMinutes(10), new IOException("busy"));
        }

        @LeekTask
        public boolean offloadsItself(String key) {
            return leek.with()
                    .key(key)
                    .offload(Work.class, work -> work.make("inner"))
                    .isNew();
        }

        @LeekTask
        @Transactional
        public void store(String text) {
            jdbc.update("insert into note values (?)", text);
        }

        @LeekTask
        @Transactional
        public void storeAndFail(String text) {
            jdbc.update("insert into note values (?)", text);
            throw new IllegalStateException("after the insert");
        }

        public List<String> seen() {
            return seen;
        }

        public Note kept() {
            return kept;
        }

        public void repair() {
            repaired = true;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class App {

        @Bean
        Work work(Leek leek, JdbcTemplate jdbc) {
            return new Work(leek, jdbc);
        }

        @Bean
        DataSource dataSource() {
            return new EmbeddedDatabaseBuilder()
                    .setType(EmbeddedDatabaseType.H2)
                    .generateUniqueName(true)
                    .build();
        }

        @Bean
        JdbcTemplate jdbcTemplate(DataSource dataSource) {
            JdbcTemplate jdbc = new JdbcTemplate(dataSource);
            jdbc.execute("create table note (text varchar(40))");
            return jdbc;
        }

        @Bean
        DataSourceTransactionManager transactionManager(DataSource dataSource) {
            return new DataSourceTransactionManager(dataSource);
        }
    }
}

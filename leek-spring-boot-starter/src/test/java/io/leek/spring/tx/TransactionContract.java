package io.leek.spring.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.Completion;
import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskHandle;
import io.leek.spring.LeekAutoConfiguration;
import io.leek.task.Task;
import io.leek.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What offloading in a transaction on the store's own database promises, whatever database and manager it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TransactionContract {

    /** A queue that no worker serves. */
    static final String STILL = "still";

    private ConfigurableApplicationContext context;
    Leek leek;
    Ledger ledger;
    JdbcTemplate jdbc;
    TransactionTemplate transaction;

    /** The application's settings. */
    abstract Map<String, Object> settings(Path folder);

    /** What the application has beside the ledger. */
    abstract Class<?> configuration();

    /** Writes something through the means of the transaction manager under test. */
    abstract void write(ConfigurableApplicationContext context, long id);

    /** How many of those there are. */
    abstract String written();

    @BeforeAll
    void start(@TempDir Path folder) {
        context = new SpringApplicationBuilder(Application.class, configuration())
                .web(WebApplicationType.NONE)
                .properties(settings(folder))
                .properties(Map.of(
                        "leek.server.data-dir", folder.resolve("leek").toString(), "spring.main.banner-mode", "off"))
                .run();
        leek = context.getBean(Leek.class);
        ledger = context.getBean(Ledger.class);
        jdbc = context.getBean(JdbcTemplate.class);
        transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        Ledger.writes = id -> write(context, id);
    }

    @AfterAll
    void stop() throws IOException {
        context.close();
        stopDatabase();
    }

    /** Once the application is gone. */
    void stopDatabase() throws IOException {}

    @BeforeEach
    void forget() {
        Ledger.RAN.clear();
        Ledger.inside = id -> {};
    }

    @Test
    void theTransactionItselfWritesTheTask() {
        TaskHandle<?> handle = transaction.execute(status -> {
            TaskHandle<?> offloaded = leek.with().queue(STILL).offload(() -> ledger.book(1));
            assertThat(rows(offloaded.id())).isOne();
            assertThat(rowsForOthers(offloaded.id())).isZero();
            assertThat(offloaded.isPendingCommit()).isTrue();
            assertThat(offloaded.find()).isEmpty();
            return offloaded;
        });

        assertThat(handle.isPendingCommit()).isFalse();
        assertThat(handle.find().orElseThrow().state()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void aCommittedTaskRuns() throws InterruptedException {
        transaction.executeWithoutResult(status -> leek.offload(() -> ledger.book(2)));

        assertThat(Ledger.RAN.poll(20, TimeUnit.SECONDS)).isEqualTo(2L);
    }

    @Test
    void aTaskThatIsCommittedWhileTheServerInThisProcessIsStoppedRunsAfterItsNextStart() throws InterruptedException {
        SmartLifecycle server = context.getBean("leekInAppServer", SmartLifecycle.class);
        server.stop();
        try {
            transaction.executeWithoutResult(status -> leek.offload(() -> ledger.book(90)));
        } finally {
            server.start();
        }

        assertThat(Ledger.RAN.poll(20, TimeUnit.SECONDS)).isEqualTo(90L);
    }

    @Test
    void tasksOfAMutexThatTheTransactionWritesRunOneAfterTheOther() throws InterruptedException {
        transaction.executeWithoutResult(status -> {
            TaskHandle<?> still = leek.with().queue(STILL).offload(() -> ledger.bookAlone(20));
            assertThat(jdbc.queryForObject(
                            "SELECT mutex FROM leek.queued_task WHERE jid = ?", String.class, still.id()))
                    .isEqualTo("account");
            leek.offload(() -> ledger.bookAlone(21));
            leek.with().key("alone").offload(() -> ledger.bookAlone(22));
        });

        assertThat(Ledger.RAN.poll(20, TimeUnit.SECONDS)).isEqualTo(21L);
        assertThat(Ledger.RAN.poll(20, TimeUnit.SECONDS)).isEqualTo(22L);
    }

    @Test
    void aRolledBackTaskNeverWas() {
        TaskHandle<?> handle = transaction.execute(status -> {
            status.setRollbackOnly();
            return leek.with().queue(STILL).offload(() -> ledger.book(3));
        });

        assertThat(handle.isPendingCommit()).isFalse();
        assertThat(rows(handle.id())).isZero();
    }

    @Test
    void anInnerTransactionOfItsOwnKeepsItsTaskWhateverTheOuterOneDoes() {
        TaskHandle<?>[] handles = new TaskHandle<?>[2];
        transaction.executeWithoutResult(status -> {
            handles[0] = leek.with().queue(STILL).offload(() -> ledger.book(4));
            with(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
                    .executeWithoutResult(
                            own -> handles[1] = leek.with().queue(STILL).offload(() -> ledger.book(5)));
            assertThat(handles[0].isPendingCommit()).isTrue();
            assertThat(handles[1].isPendingCommit()).isFalse();
            status.setRollbackOnly();
        });

        assertThat(rows(handles[0].id())).isZero();
        assertThat(rows(handles[1].id())).isOne();
    }

    @Test
    void whereTheTransactionIsSuspendedATaskIsDurableAtOnce() {
        transaction.executeWithoutResult(status -> {
            TaskHandle<?>[] handle = new TaskHandle<?>[1];
            with(TransactionDefinition.PROPAGATION_NOT_SUPPORTED).executeWithoutResult(none -> {
                handle[0] = leek.with().queue(STILL).offload(() -> ledger.book(8));
                assertThat(handle[0].isPendingCommit()).isFalse();
            });
            assertThat(rowsForOthers(handle[0].id())).isOne();
            status.setRollbackOnly();
        });
    }

    @Test
    void aReadOnlyTransactionSendsItsTaskAfterItsCommit() throws InterruptedException {
        TransactionTemplate readOnly = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        readOnly.setReadOnly(true);

        TaskHandle<?> handle = readOnly.execute(status -> {
            TaskHandle<?> offloaded = leek.with().queue(STILL).offload(() -> ledger.book(9));
            assertThat(rows(offloaded.id())).isZero();
            assertThat(offloaded.isPendingCommit()).isTrue();
            return offloaded;
        });

        assertThat(handle.isPendingCommit()).isFalse();
        assertThat(rows(handle.id())).isOne();
    }

    @Test
    void aKeyThatIsTakenGivesTheTaskThatHasIt() {
        TaskHandle<?> first = leek.with().queue(STILL).key("ledger-10").offload(() -> ledger.book(10));

        TaskHandle<?> second = transaction.execute(
                status -> leek.with().queue(STILL).key("ledger-10").offload(() -> ledger.book(10)));

        assertThat(second.isNew()).isFalse();
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.isPendingCommit()).isFalse();
    }

    @Test
    void twoTasksOfOneKeyInOneTransactionAreOne() {
        transaction.executeWithoutResult(status -> {
            TaskHandle<?> first = leek.with().queue(STILL).key("ledger-11").offload(() -> ledger.book(11));
            TaskHandle<?> second = leek.with().queue(STILL).key("ledger-11").offload(() -> ledger.book(11));
            assertThat(first.isNew()).isTrue();
            assertThat(second.isNew()).isFalse();
            assertThat(second.id()).isEqualTo(first.id());
        });
    }

    @Test
    void manyTasksGoIntoTheQueueInTheirOrder() throws InterruptedException {
        List<Long> ids = IntStream.range(1_000, 1_300).mapToObj(Long::valueOf).toList();

        transaction.executeWithoutResult(status -> leek.offloadAll(ids, ledger::book));

        for (Long id : ids) {
            assertThat(Ledger.RAN.poll(20, TimeUnit.SECONDS)).isEqualTo(id);
        }
    }

    @Test
    void aDelayedTaskWaitsForItsTime() {
        TaskHandle<?> handle = transaction.execute(
                status -> leek.with().delay(Duration.ofHours(1)).offload(() -> ledger.book(12)));

        Task task = handle.find().orElseThrow();
        assertThat(task.dueAt()).isAfter(task.enqueuedAt().plus(Duration.ofMinutes(59)));
    }

    @Test
    void whatATaskWroteAndItsSuccessCommitTogether() {
        List<Integer> queuedAfterCommit = new CopyOnWriteArrayList<>();
        Ledger.inside = id -> afterCommit(() -> queuedAfterCommit.add(queued("ledger.bookAndTell")));
        TaskHandle<String> handle = transaction.execute(status -> leek.offload(() -> ledger.bookAndTell(13)));
        Ledger.awaitSuccess(handle);
        assertThat(queuedAfterCommit).containsExactly(0);

        assertThat(count(13)).isOne();
        Task task = handle.find().orElseThrow();
        assertThat(task.state()).isEqualTo(TaskState.SUCCESS);
        assertThat(task.attempts()).isOne();
        assertThat(task.startedAt()).isNotNull();
        assertThat(handle.result()).contains("booked 13");
        assertThat(jdbc.queryForObject("SELECT count(*) FROM leek.lease", Integer.class))
                .isZero();
    }

    @Test
    void aTaskThatHasLostItsLeaseLeavesNothingBehind() throws InterruptedException {
        Ledger.inside = id -> {
            Ledger.inside = again -> {};
            sqlOfAnother("UPDATE leek.lease SET token = 'another'");
        };
        TaskHandle<String> handle = leek.offload(() -> ledger.bookAndTell(14));

        assertThat(Ledger.RAN.poll(20, TimeUnit.SECONDS)).isEqualTo(14L);
        // The next one begins once this one has ended.
        TaskHandle<String> next = leek.offload(() -> ledger.bookAndTell(15));
        Ledger.awaitSuccess(next);
        assertThat(count(14)).isZero();
        assertThat(handle.find().orElseThrow().state()).isEqualTo(TaskState.QUEUED);
        sqlOfAnother("DELETE FROM leek.queued_task WHERE jid = '" + handle.id() + "'");
        sqlOfAnother("DELETE FROM leek.lease");
    }

    @Test
    void aTaskThatThrowsLeavesNothingButItsFailure() {
        Ledger.inside = id -> {
            throw new IllegalStateException("no such account");
        };
        TaskHandle<String> handle = leek.offload(() -> ledger.bookAndTell(16));
        Ledger.await(handle, TaskState.FAILED);

        assertThat(count(16)).isZero();
        assertThat(handle.find().orElseThrow().failure().orElseThrow().message())
                .isEqualTo("no such account");
    }

    @Test
    void aCheckedExceptionLeavesNothingEither() {
        TaskHandle<Void> handle = leek.offload(() -> ledger.bookAndGiveUp(22));
        Ledger.await(handle, TaskState.FAILED);

        assertThat(count(22)).isZero();
        assertThat(handle.find().orElseThrow().failure().orElseThrow().errtype())
                .isEqualTo("java.io.IOException");
    }

    @Test
    void anOffloadInAnAfterCommitCallbackIsSentAndDoesNotJoinTheTransactionThatIsOver() {
        TaskHandle<?>[] handle = new TaskHandle<?>[1];
        transaction.executeWithoutResult(
                status -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        handle[0] = leek.with().queue(STILL).offload(() -> ledger.book(23));
                        assertThat(rows(handle[0].id())).isZero();
                    }
                }));

        assertThat(handle[0].isPendingCommit()).isFalse();
        assertThat(rows(handle[0].id())).isOne();
    }

    @Test
    void aTaskMayBeEndedAfterItsMethodHasReturned() {
        List<Integer> queuedAfterCommit = new CopyOnWriteArrayList<>();
        Ledger.inside = id -> afterCommit(() -> queuedAfterCommit.add(queued("ledger.bookAfterwards")));
        TaskHandle<Void> handle = leek.offload(() -> ledger.bookAfterwards(17));
        Ledger.awaitSuccess(handle);

        assertThat(queuedAfterCommit).containsExactly(1);
        assertThat(count(17)).isOne();
    }

    @Test
    void aMethodThatCallsATransactionalOneEndsOnItsOwn() {
        List<Integer> queuedBetween = new CopyOnWriteArrayList<>();
        Ledger.inside = id -> queuedBetween.add(queued("ledger.bookTwice"));
        TaskHandle<Void> handle = leek.offload(() -> ledger.bookTwice(18, 19));
        Ledger.awaitSuccess(handle);

        assertThat(queuedBetween).containsExactly(1);
        assertThat(count(18)).isOne();
        assertThat(count(19)).isOne();
    }

    @Test
    void awaitingTheTaskInsideItsTransactionFailsAtOnce() {
        transaction.executeWithoutResult(status -> {
            TaskHandle<?> handle = leek.with().queue(STILL).offload(() -> ledger.book(20));
            assertThatThrownBy(() -> handle.await(Duration.ofMinutes(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(handle.id())
                    .hasMessageContaining("await the task after the transaction");
            assertThat(handle.result()).isEmpty();
        });
    }

    @Test
    void aRecordThatTheServerWouldRefuseIsRefused() {
        assertThatThrownBy(() -> transaction.executeWithoutResult(
                        status -> leek.with().queue("no queue").offload(() -> ledger.book(21))))
                .hasMessageContaining("queue");
    }

    private TransactionTemplate with(int propagation) {
        TransactionTemplate template = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        template.setPropagationBehavior(propagation);
        return template;
    }

    private int queued(String name) {
        return Objects.requireNonNull(
                jdbc.queryForObject("SELECT count(*) FROM leek.queued_task WHERE name = ?", Integer.class, name));
    }

    private static void afterCommit(Runnable look) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                look.run();
            }
        });
    }

    int rows(String id) {
        return Objects.requireNonNull(
                jdbc.queryForObject("SELECT count(*) FROM leek.queued_task WHERE jid = ?", Integer.class, id));
    }

    private int count(long id) {
        return Objects.requireNonNull(
                jdbc.queryForObject("SELECT count(*) FROM " + written() + " WHERE id = ?", Integer.class, id));
    }

    private int rowsForOthers(String id) {
        return with(TransactionDefinition.PROPAGATION_NOT_SUPPORTED).execute(status -> rows(id));
    }

    void sqlOfAnother(String sql) {
        with(TransactionDefinition.PROPAGATION_REQUIRES_NEW).executeWithoutResult(status -> jdbc.update(sql));
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        LeekAutoConfiguration.class,
        DataSourceAutoConfiguration.class,
        DataSourceTransactionManagerAutoConfiguration.class,
        JdbcTemplateAutoConfiguration.class,
        TransactionAutoConfiguration.class,
        TransactionManagerCustomizationAutoConfiguration.class
    })
    static class Application {

        @Bean
        Ledger ledger(JdbcTemplate jdbc) {
            return new Ledger();
        }
    }

    static class Ledger {

        static final BlockingQueue<Long> RAN = new LinkedBlockingQueue<>();
        static volatile Consumer<Long> inside = id -> {};
        static volatile Consumer<Long> writes = id -> {};

        @LeekTask
        public void book(long id) {
            RAN.add(id);
        }

        @LeekTask(mutex = "'account'")
        @Transactional
        public void bookAlone(long id) {
            RAN.add(id);
        }

        @LeekTask
        @Transactional
        public String bookAndTell(long id) {
            writes.accept(id);
            inside.accept(id);
            RAN.add(id);
            return "booked " + id;
        }

        @LeekTask
        @Transactional
        public void bookAndGiveUp(long id) throws IOException {
            writes.accept(id);
            throw new IOException("the disk is full");
        }

        @LeekTask(completion = Completion.AFTER_RETURN)
        @Transactional
        public void bookAfterwards(long id) {
            writes.accept(id);
            inside.accept(id);
        }

        @LeekTask
        public void bookTwice(long first, long second) {
            writes.accept(first);
            inside.accept(first);
            writes.accept(second);
        }

        static void awaitSuccess(TaskHandle<?> handle) {
            await(handle, TaskState.SUCCESS);
        }

        static void await(TaskHandle<?> handle, TaskState state) {
            handle.toCompletableFuture()
                    .exceptionally(failed -> null)
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
            assertThat(handle.find().orElseThrow().state()).isEqualTo(state);
        }
    }
}

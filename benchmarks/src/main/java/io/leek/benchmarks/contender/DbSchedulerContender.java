package io.leek.benchmarks.contender;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerClient.ScheduleOptions;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** db-scheduler, as it comes or as its documentation tunes it for throughput. */
final class DbSchedulerContender implements Contender {

    private static final Duration DEFAULT_POLL_INTERVAL = SchedulerBuilder.DEFAULT_POLLING_INTERVAL;
    private static final int BEST = 20;

    /** What it has fetched runs before it stops; its own limit is half an hour. */
    private static final Duration SHUTDOWN = Duration.ofSeconds(10);

    private static final OneTimeTask<String> TASK =
            Tasks.oneTime("noop", String.class).execute((instance, context) -> Runs.ran(instance.getData()));

    private final boolean tuned;
    private @Nullable DataSource dataSource;
    private @Nullable Scheduler scheduler;
    private @Nullable SchedulerClient transactional;

    DbSchedulerContender(boolean tuned) {
        this.tuned = tuned;
    }

    @Override
    public void start(ApplicationContext application, Workers workers) throws Exception {
        DataSource source = application.getBean(DataSource.class);
        dataSource = source;
        transactional = null;
        boolean isPostgres = createTable(source);
        int threads = workers == Workers.BEST ? BEST : 1;
        SchedulerBuilder builder =
                Scheduler.create(source, TASK).threads(threads).shutdownMaxWait(SHUTDOWN);
        if (tuned && workers != Workers.NONE) {
            builder.enableImmediateExecution();
            // In multiples of the threads: a single thread needs more ahead of it.
            double lower = threads == 1 ? 20 : 4;
            double upper = threads == 1 ? 100 : 20;
            if (isPostgres) {
                builder.pollUsingLockAndFetch(lower, upper);
            } else {
                builder.pollUsingFetch(lower, upper);
            }
        }
        scheduler = builder.build();
        if (workers != Workers.NONE) {
            scheduler.start();
        }
    }

    @Override
    public void enqueue(String argument) {
        scheduler().schedule(TASK.instance(argument, argument), Instant.now());
    }

    @Override
    public void enqueueAll(List<String> arguments) {
        scheduleAll(scheduler(), arguments);
    }

    /** The scheduler is told after the commit: what it would look for before is not there yet. */
    @Override
    public void enqueueInTransaction(String argument) {
        transactional()
                .schedule(TASK.instance(argument, argument), Instant.now(), ScheduleOptions.WHEN_EXISTS_DO_NOTHING);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                scheduler().triggerCheckForDueExecutions();
            }
        });
    }

    @Override
    public void enqueueAllInTransaction(List<String> arguments) {
        scheduleAll(transactional(), arguments);
    }

    @Override
    public Duration pollInterval() {
        return tuned ? Duration.ZERO : DEFAULT_POLL_INTERVAL;
    }

    @Override
    public void close() {
        scheduler().stop();
    }

    private static void scheduleAll(SchedulerClient client, List<String> arguments) {
        List<TaskInstance<?>> instances = arguments.stream()
                .<TaskInstance<?>>map(argument -> TASK.instance(argument, argument))
                .toList();
        client.scheduleBatch(instances, Instant.now());
    }

    /** Called by one thread. */
    private SchedulerClient transactional() {
        SchedulerClient client = transactional;
        if (client == null) {
            DataSource source = Objects.requireNonNull(dataSource, "not started");
            client = SchedulerClient.Builder.create(new TransactionAwareDataSourceProxy(source), TASK)
                    .build();
            transactional = client;
        }
        return client;
    }

    private Scheduler scheduler() {
        return Objects.requireNonNull(scheduler, "not started");
    }

    /** The columns and indexes that its documentation asks for; returns whether this is PostgreSQL. */
    private static boolean createTable(DataSource dataSource) throws Exception {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            boolean isPostgres =
                    connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
            statement.execute("""
                    CREATE TABLE IF NOT EXISTS scheduled_tasks (
                      task_name VARCHAR(100) NOT NULL, task_instance VARCHAR(100) NOT NULL, task_data %s,
                      execution_time TIMESTAMP WITH TIME ZONE, picked BOOLEAN NOT NULL, picked_by VARCHAR(100),
                      last_success TIMESTAMP WITH TIME ZONE, last_failure TIMESTAMP WITH TIME ZONE,
                      consecutive_failures INT, last_heartbeat TIMESTAMP WITH TIME ZONE, version BIGINT NOT NULL,
                      priority SMALLINT, state VARCHAR(100), PRIMARY KEY (task_name, task_instance))""".formatted(isPostgres ? "BYTEA" : "VARBINARY"));
            statement.execute("CREATE INDEX IF NOT EXISTS execution_time_idx ON scheduled_tasks (execution_time)");
            statement.execute("CREATE INDEX IF NOT EXISTS last_heartbeat_idx ON scheduled_tasks (last_heartbeat)");
            return isPostgres;
        }
    }
}

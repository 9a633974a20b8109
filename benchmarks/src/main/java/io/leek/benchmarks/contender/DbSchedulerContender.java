package io.leek.benchmarks.contender;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
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

/** db-scheduler, as it comes or as its documentation tunes it for throughput. */
final class DbSchedulerContender implements Contender {

    private static final Duration DEFAULT_POLL_INTERVAL = SchedulerBuilder.DEFAULT_POLLING_INTERVAL;
    private static final int BEST = 20;

    private static final OneTimeTask<String> TASK =
            Tasks.oneTime("noop", String.class).execute((instance, context) -> Runs.ran(instance.getData()));

    private final boolean tuned;
    private @Nullable Scheduler scheduler;

    DbSchedulerContender(boolean tuned) {
        this.tuned = tuned;
    }

    @Override
    public void start(ApplicationContext application, Workers workers) throws Exception {
        DataSource dataSource = application.getBean(DataSource.class);
        boolean isPostgres = createTable(dataSource);
        int threads = workers == Workers.BEST ? BEST : 1;
        SchedulerBuilder builder = Scheduler.create(dataSource, TASK).threads(threads);
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
        List<TaskInstance<?>> instances = arguments.stream()
                .<TaskInstance<?>>map(argument -> TASK.instance(argument, argument))
                .toList();
        scheduler().scheduleBatch(instances, Instant.now());
    }

    @Override
    public Duration pollInterval() {
        return tuned ? Duration.ZERO : DEFAULT_POLL_INTERVAL;
    }

    @Override
    public void close() {
        scheduler().stop();
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

package io.leek.benchmarks.contender;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;
import org.springframework.context.ApplicationContext;

/** Quartz with its JDBC job store: one durable job, and a trigger for each task. */
final class QuartzContender implements Contender {

    private static final int BEST = 20;
    private static final JobDetail JOB =
            JobBuilder.newJob(NoOp.class).withIdentity("noop").storeDurably().build();

    private @Nullable Scheduler scheduler;

    @Override
    public void start(ApplicationContext application, Workers workers) throws Exception {
        DataSource dataSource = application.getBean(DataSource.class);
        boolean isPostgres = createTables(dataSource);
        DBConnectionManager.getInstance().addConnectionProvider("application", new Provider(dataSource));
        String threads = String.valueOf(workers == Workers.BEST ? BEST : 1);
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "org.quartz.scheduler.instanceName", "benchmark",
                "org.quartz.scheduler.skipUpdateCheck", "true",
                "org.quartz.scheduler.batchTriggerAcquisitionMaxCount", threads,
                "org.quartz.threadPool.threadCount", threads,
                "org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX",
                "org.quartz.jobStore.driverDelegateClass",
                        "org.quartz.impl.jdbcjobstore." + (isPostgres ? "PostgreSQLDelegate" : "StdJDBCDelegate"),
                "org.quartz.jobStore.dataSource", "application",
                "org.quartz.jobStore.useProperties", "true",
                // A backlog is late by nature; misfire handling would add its own updates to each trigger.
                "org.quartz.jobStore.misfireThreshold", "3600000",
                "org.quartz.jobStore.acquireTriggersWithinLock", "true"));
        scheduler = new StdSchedulerFactory(properties).getScheduler();
        scheduler.addJob(JOB, true);
        if (workers != Workers.NONE) {
            scheduler.start();
        }
    }

    @Override
    public void enqueue(String argument) throws Exception {
        scheduler().scheduleJob(trigger(argument));
    }

    @Override
    public void enqueueAll(List<String> arguments) throws Exception {
        Set<Trigger> triggers = new HashSet<>();
        arguments.forEach(argument -> triggers.add(trigger(argument)));
        scheduler().scheduleJobs(Map.of(JOB, triggers), true);
    }

    @Override
    public void close() throws Exception {
        scheduler().shutdown(true);
    }

    private Scheduler scheduler() {
        return Objects.requireNonNull(scheduler, "not started");
    }

    private static Trigger trigger(String argument) {
        return TriggerBuilder.newTrigger()
                .withIdentity(argument)
                .forJob(JOB)
                .usingJobData("argument", argument)
                .startNow()
                .build();
    }

    private static boolean createTables(DataSource dataSource) throws SQLException, IOException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            boolean isPostgres =
                    connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
            String name = isPostgres ? "qrtz_locks" : "QRTZ_LOCKS";
            try (ResultSet tables = connection.getMetaData().getTables(null, null, name, null)) {
                if (tables.next()) {
                    return isPostgres;
                }
            }
            String script = "/org/quartz/impl/jdbcjobstore/tables_" + (isPostgres ? "postgres" : "h2") + ".sql";
            try (InputStream in = Objects.requireNonNull(Scheduler.class.getResourceAsStream(script), script)) {
                statement.execute(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
            return isPostgres;
        }
    }

    /** Quartz makes an instance for each run. */
    public static final class NoOp implements Job {

        @Override
        public void execute(JobExecutionContext context) {
            Runs.ran(context.getMergedJobDataMap().getString("argument"));
        }
    }

    private record Provider(DataSource dataSource) implements ConnectionProvider {

        @Override
        public Connection getConnection() throws SQLException {
            return dataSource.getConnection();
        }

        @Override
        public void shutdown() {}

        @Override
        public void initialize() {}
    }
}

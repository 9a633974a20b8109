package io.leek.benchmarks.contender;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.configuration.JobRunrConfiguration;
import org.jobrunr.scheduling.JobScheduler;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

/** JobRunr's free edition. */
final class JobRunrContender implements Contender {

    /** The shortest that the free edition permits. */
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(5);

    private @Nullable JobScheduler scheduler;

    @Override
    public void start(ApplicationContext application, Workers workers) {
        JobRunrConfiguration configuration = JobRunr.configure()
                .useStorageProvider(SqlStorageProviderFactory.using(application.getBean(DataSource.class)));
        if (workers != Workers.NONE) {
            BackgroundJobServerConfiguration server =
                    BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                            .andPollInterval(POLL_INTERVAL);
            configuration.useBackgroundJobServer(workers == Workers.ONE ? server.andWorkerCount(1) : server);
        }
        scheduler = configuration.initialize().getJobScheduler();
    }

    @Override
    public void enqueue(String argument) {
        scheduler().enqueue(() -> Runs.ran(argument));
    }

    @Override
    public void enqueueAll(List<String> arguments) {
        scheduler().enqueue(arguments.stream(), argument -> Runs.ran(argument));
    }

    @Override
    public Duration pollInterval() {
        return POLL_INTERVAL;
    }

    @Override
    public void close() {
        JobRunr.destroy();
    }

    private JobScheduler scheduler() {
        return Objects.requireNonNull(scheduler, "not started");
    }
}

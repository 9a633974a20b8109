package io.leek.server.store;

import io.leek.task.FailureReason;
import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The store in an SQL database: JDBC for what is fast, JPA for what people look up. */
final class SqlTaskStore implements TaskStore {

    private final StoreDatabase database;
    private final TaskReader reader;
    private final Clock clock;
    private final String id;
    private final ChangeWriter writer;
    private final DispatchQueries dispatch;
    private final QueuedRows rows;
    private final KnownIds knownIds;
    private final StrayLeases strays;
    private final AttemptRows attempts;
    private final CancelledRows cancelled;
    private final ReportRows reports;
    private final KeyRows keys;
    private final Purges purges;
    private final FileSpace space;
    private final Beats beats;
    private final TableVersion version;
    private final RecurringRows recurring;
    private final WaitedFor waitedFor;
    private final QueueRows queues;
    private final Samples samples;
    private final @Nullable Wakes wakes;

    /** @param time what hand-outs of all servers are counted by */
    SqlTaskStore(StoreDatabase database, Clock clock, SharedTime time) {
        this.database = database;
        this.clock = clock;
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        this.dispatch = new DispatchQueries(jdbc, database);
        this.rows = new QueuedRows(jdbc, database.schema());
        this.knownIds = new KnownIds(jdbc, database.schema());
        this.strays = new StrayLeases(jdbc, database);
        this.attempts = new AttemptRows(jdbc, database);
        this.reports = new ReportRows(jdbc, database);
        this.keys = new KeyRows(jdbc, database);
        this.cancelled = new CancelledRows(jdbc, database);
        this.purges = new Purges(jdbc, database);
        this.space = new FileSpace(jdbc, database);
        this.waitedFor = new WaitedFor(jdbc, database);
        this.beats = new Beats(jdbc, database, clock);
        this.version = new TableVersion(jdbc, database);
        this.recurring = new RecurringRows(jdbc, database);
        this.queues = new QueueRows(jdbc, database);
        this.samples = new Samples(jdbc, database);
        this.id = Objects.requireNonNull(
                        jdbc.queryForObject(database.schema().in("SELECT id FROM leek.store"), UUID.class))
                .toString();
        this.wakes = database.dialect() == Dialect.POSTGRESQL ? new Wakes(database.dataSource(), id) : null;
        this.writer = new ChangeWriter(database, clock, time, wakes);
        this.reader = new TaskReader(database);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String description() {
        return database.description();
    }

    @Override
    public boolean isExclusive() {
        return database.exclusive();
    }

    /** To H2, commits and checkpoints are one after the other, whoever makes them. */
    @Override
    public boolean isParallel() {
        return database.dialect() == Dialect.POSTGRESQL;
    }

    /**
     * An interrupt closes the file of H2, and with a pool of the application's the store would join its transaction. A
     * virtual thread may have to wait for a carrier that others hold while they wait for the committer.
     */
    @Override
    public boolean takes(Thread thread) {
        return database.dialect() == Dialect.POSTGRESQL
                && database.owned() != null
                && !thread.isInterrupted()
                && !isVirtual(thread)
                && !TransactionSynchronizationManager.isSynchronizationActive();
    }

    /** As {@code Thread.isVirtual} of Java 21 says. */
    private static boolean isVirtual(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return group != null && group.getName().equals("VirtualThreads");
    }

    @Override
    public List<Outcome> apply(List<? extends Change> changes) {
        return writer.write(changes);
    }

    @Override
    public List<Claimable> claimable(
            String queue, @Nullable Set<String> names, Instant now, @Nullable Claimable after, int limit) {
        return dispatch.claimable(queue, names, now, after, limit);
    }

    @Override
    public Optional<Instant> nextDue(Instant after) {
        return dispatch.nextDue(after);
    }

    @Override
    public List<Waiting> waiting(Instant dueBefore) {
        return dispatch.waiting(dueBefore);
    }

    @Override
    public List<String> waitedFor() {
        return waitedFor.get();
    }

    @Override
    public List<QueuedTask> leased() {
        return rows.leased();
    }

    @Override
    public List<QueuedTask> cancelled() {
        return cancelled.queued();
    }

    @Override
    public List<String> parked(FailureReason reason, Set<String> names, int limit) {
        return dispatch.parked(reason, names, limit);
    }

    @Override
    public List<String> failedBefore(Instant finishedAtMost, @Nullable String queue, @Nullable String name, int limit) {
        return dispatch.failedBefore(finishedAtMost, queue, name, limit);
    }

    @Override
    public Optional<Task> find(String jid) {
        return reader.finder().find(jid).map(attempts::withFailures).map(reports::withReport);
    }

    @Override
    public Set<String> known(Collection<String> jids) {
        return knownIds.among(jids);
    }

    @Override
    public Set<String> finished(Collection<String> jids) {
        return knownIds.finished(jids);
    }

    @Override
    public List<Task> findFinished(Collection<String> jids) {
        return reader.finder().findFinished(jids);
    }

    @Override
    public Optional<Task> findByKey(String key) {
        return reader.finder()
                .findByKey(key)
                .or(() -> keys.holder(key, clock.instant()).flatMap(reader.finder()::find))
                .map(attempts::withFailures)
                .map(reports::withReport);
    }

    @Override
    public List<Task> list(TaskQuery query) {
        return reader.finder().list(query);
    }

    @Override
    public long count(TaskQuery query) {
        return reader.finder().count(query);
    }

    @Override
    public long queued() {
        return rows.count();
    }

    @Override
    public List<QueueSize> queueSizes() {
        return dispatch.queueSizes(clock.instant());
    }

    @Override
    public Later later(Instant now) {
        return dispatch.later(now);
    }

    @Override
    public int purge(TaskState state, Instant finishedBefore, int limit) {
        return purges.purge(state, finishedBefore, limit);
    }

    @Override
    public boolean giveBackSpace() {
        return space.giveBack();
    }

    @Override
    public Instant databaseTime() {
        return beats.databaseTime();
    }

    @Override
    public void beat(String serverId) {
        beats.beat(serverId);
        version.check();
    }

    @Override
    public List<Beat> beats() {
        List<Beat> all = beats.all();
        if (wakes != null) {
            wakes.setOthers(all.size() > 1);
        }
        return all;
    }

    @Override
    public void onWake(Runnable wake) {
        if (wakes != null) {
            wakes.onWake(wake);
        }
    }

    @Override
    public List<LeaseName> leases(String serverId) {
        return strays.leases(serverId);
    }

    @Override
    public void dropLeases(Collection<String> tokens) {
        strays.drop(tokens);
    }

    @Override
    public RecurringStore recurring() {
        return recurring;
    }

    @Override
    public QueueStore queues() {
        return queues;
    }

    @Override
    public void report(List<Report> told) {
        reports.save(told);
    }

    @Override
    public Swept sweepAttempts(@Nullable String after, int tasks) {
        return attempts.sweep(after, tasks);
    }

    @Override
    public List<Sample> queuedSamples(Set<String> names, long afterSeq, int limit) {
        return samples.queued(names, afterSeq, limit);
    }

    @Override
    public List<Sample> failedSamples(FailureReason reason, Set<String> names, String afterJid, int limit) {
        return samples.failed(reason, names, afterJid, limit);
    }

    @Override
    public int sweepKeys(Instant expiredAt, int limit) {
        return keys.sweep(expiredAt, limit);
    }

    @Override
    public void forget(Collection<String> serverIds) {
        beats.forget(serverIds);
    }

    @Override
    public void close() {
        if (wakes != null) {
            wakes.close();
        }
        reader.close();
        database.close();
    }
}

package io.leek.server.engine;

import io.leek.server.store.Change;
import io.leek.server.store.Outcome;
import io.leek.server.store.QueueStore;
import io.leek.server.store.QueuedTask;
import io.leek.server.store.RecurringStore;
import io.leek.server.store.TaskStore;
import io.leek.task.FailureReason;
import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An engine that forgets everything with its data: it shows what a {@link TaskStore} needs, and that it can be had. */
final class MemoryStore implements TaskStore {

    private final MemoryTables data;
    private final Clock clock;

    MemoryStore(MemoryTables data, Clock clock) {
        this.data = data;
        this.clock = clock;
    }

    @Override
    public synchronized List<Outcome> apply(List<? extends Change> changes) {
        return changes.stream().map(data::apply).toList();
    }

    @Override
    public synchronized List<Claimable> claimable(
            String queue, @Nullable Set<String> names, Instant now, @Nullable Claimable after, int limit) {
        return data.queued.values().stream()
                .filter(row -> row.waits(now) && row.born.queue().equals(queue))
                .filter(row -> names == null || names.contains(row.born.name()))
                .map(row -> row.now().claimable())
                .filter(task -> after == null || Claimable.ORDER.compare(task, after) > 0)
                .sorted(Claimable.ORDER)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Optional<Instant> nextDue(Instant after) {
        return data.queued.values().stream()
                .filter(row -> row.lease == null && row.dueAt.isAfter(after))
                .map(row -> row.dueAt)
                .min(Comparator.naturalOrder());
    }

    @Override
    public synchronized List<Waiting> waiting(Instant dueBefore) {
        return data.queued.values().stream()
                .filter(row -> row.waits(dueBefore))
                .map(row -> new Waiting(row.born.queue(), row.born.name(), row.dueAt, 1))
                .collect(Collectors.toMap(
                        one -> List.of(one.queue(), one.name()),
                        one -> one,
                        (one, other) -> new Waiting(
                                one.queue(),
                                one.name(),
                                one.oldestDueAt().isBefore(other.oldestDueAt())
                                        ? one.oldestDueAt()
                                        : other.oldestDueAt(),
                                one.count() + other.count())))
                .values()
                .stream()
                .sorted(Comparator.comparing(Waiting::queue).thenComparing(Waiting::name))
                .toList();
    }

    @Override
    public List<String> waitedFor() {
        return List.of();
    }

    @Override
    public synchronized List<QueuedTask> leased() {
        return data.queued.values().stream()
                .filter(row -> row.lease != null)
                .map(MemoryRow::now)
                .sorted(Comparator.comparing(QueuedTask::jid))
                .toList();
    }

    @Override
    public synchronized List<QueuedTask> cancelled() {
        return data.queued.values().stream()
                .map(MemoryRow::now)
                .filter(row -> data.cancelled.contains(row.seq()))
                .toList();
    }

    private Stream<Task> failed() {
        return data.finished.values().stream().filter(task -> task.state() == TaskState.FAILED);
    }

    @Override
    public synchronized List<String> parked(FailureReason reason, Set<String> names, int limit) {
        return failed().filter(task -> names.contains(task.name()))
                .filter(task -> task.failure().orElseThrow().reason().equals(reason.text()))
                .sorted(oldestFirst())
                .limit(limit)
                .map(Task::id)
                .toList();
    }

    @Override
    public synchronized List<String> failedBefore(
            Instant finishedAtMost, @Nullable String queue, @Nullable String name, int limit) {
        return failed().filter(task -> !listedAt(task).isAfter(finishedAtMost))
                .filter(task -> queue == null || queue.equals(task.queue()))
                .filter(task -> name == null || name.equals(task.name()))
                .sorted(oldestFirst().reversed())
                .limit(limit)
                .map(Task::id)
                .toList();
    }

    @Override
    public synchronized Optional<Task> find(String jid) {
        return data.find(jid).map(this::withFailures).map(data::withReport);
    }

    @Override
    public synchronized Set<String> known(Collection<String> jids) {
        return jids.stream().filter(jid -> find(jid).isPresent()).collect(Collectors.toSet());
    }

    @Override
    public synchronized Set<String> finished(Collection<String> jids) {
        return jids.stream().filter(data.finished::containsKey).collect(Collectors.toSet());
    }

    @Override
    public synchronized List<Task> findFinished(Collection<String> jids) {
        return finished(jids).stream().map(data.finished::get).toList();
    }

    @Override
    public synchronized Optional<Task> findByKey(String key) {
        return data.findByKey(key, clock.instant()).map(this::withFailures).map(data::withReport);
    }

    private Task withFailures(Task task) {
        return task.withFailures(data.attempts.getOrDefault(task.id(), List.of()));
    }

    @Override
    public synchronized void report(List<Report> told) {
        told.forEach(data::report);
    }

    @Override
    public synchronized Swept sweepAttempts(@Nullable String after, int tasks) {
        List<String> page = Stream.concat(data.attempts.keySet().stream(), data.reports.keySet().stream())
                .filter(jid -> after == null || jid.compareTo(after) > 0)
                .distinct()
                .sorted()
                .limit(tasks)
                .toList();
        int deleted = 0;
        for (String jid : page) {
            if (data.find(jid).isEmpty()) {
                List<?> attempts = data.attempts.remove(jid);
                deleted += (attempts == null ? 0 : attempts.size()) + (data.reports.remove(jid) == null ? 0 : 1);
            }
        }
        return new Swept(deleted, page.size() < tasks ? null : page.get(page.size() - 1));
    }

    @Override
    public synchronized int sweepKeys(Instant expiredAt, int limit) {
        List<String> expired = data.keys.entrySet().stream()
                .filter(key -> !key.getValue().until().isAfter(expiredAt))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
        expired.forEach(data.keys::remove);
        return expired.size();
    }

    @Override
    public synchronized List<Task> list(TaskQuery query) {
        Comparator<Task> order = oldestFirst();
        Task after = query.after() == null ? null : find(query.after()).orElse(null);
        Instant from = after == null ? null : query.state() == TaskState.QUEUED ? after.enqueuedAt() : listedAt(after);
        return matching(query)
                .filter(task -> after == null
                        || listedAt(task).isBefore(from)
                        || listedAt(task).equals(from) && task.id().compareTo(after.id()) < 0)
                .sorted(order.reversed())
                .limit(query.limit())
                .toList();
    }

    @Override
    public synchronized long count(TaskQuery query) {
        return matching(query).count();
    }

    @Override
    public synchronized long queued() {
        return data.queued.size();
    }

    private Stream<Task> matching(TaskQuery query) {
        Stream<Task> all = query.state() == TaskState.QUEUED
                ? data.queued.values().stream().map(MemoryRow::queued)
                : data.finished.values().stream();
        return all.filter(task -> task.state() == query.state())
                .filter(task -> query.queue() == null || query.queue().equals(task.queue()))
                .filter(task -> query.name() == null || query.name().equals(task.name()));
    }

    private static Instant listedAt(Task task) {
        return task.finishedAt() == null ? task.enqueuedAt() : task.finishedAt();
    }

    private static Comparator<Task> oldestFirst() {
        return Comparator.comparing(MemoryStore::listedAt).thenComparing(Task::id);
    }

    @Override
    public synchronized List<QueueSize> queueSizes() {
        Map<String, List<MemoryRow>> rows = data.queued.values().stream()
                .filter(row -> row.waits(clock.instant()))
                .collect(Collectors.groupingBy(row -> row.born.queue(), TreeMap::new, Collectors.toList()));
        return rows.entrySet().stream()
                .map(one -> new QueueSize(
                        one.getKey(),
                        one.getValue().size(),
                        one.getValue().stream()
                                .map(row -> row.dueAt)
                                .min(Comparator.naturalOrder())
                                .orElseThrow()))
                .toList();
    }

    @Override
    public synchronized Later later(Instant now) {
        List<MemoryRow> later = data.queued.values().stream()
                .filter(row -> row.lease == null && row.dueAt.isAfter(now))
                .toList();
        long retrying = later.stream().filter(row -> row.failure != null).count();
        return new Later(later.size() - retrying, retrying);
    }

    @Override
    public synchronized int purge(TaskState state, Instant finishedBefore, int limit) {
        if (state == TaskState.QUEUED) {
            throw new IllegalArgumentException("only finished tasks are purged");
        }
        List<String> old = data.finished.values().stream()
                .filter(task -> task.state() == state && listedAt(task).isBefore(finishedBefore))
                .limit(limit)
                .map(Task::id)
                .toList();
        old.forEach(data.finished::remove);
        return old.size();
    }

    @Override
    public boolean giveBackSpace() {
        return false;
    }

    @Override
    public Instant databaseTime() {
        return clock.instant();
    }

    @Override
    public synchronized void beat(String serverId) {
        data.beats.merge(serverId, 1L, Long::sum);
    }

    @Override
    public synchronized List<Beat> beats() {
        return data.beats.entrySet().stream()
                .map(beat -> new Beat(beat.getKey(), beat.getValue()))
                .toList();
    }

    @Override
    public synchronized List<LeaseName> leases(String serverId) {
        return leased().stream()
                .filter(row -> row.lease().serverId().equals(serverId))
                .map(row -> new LeaseName(row.jid(), row.lease().token()))
                .toList();
    }

    @Override
    public void dropLeases(Collection<String> tokens) {
        // A lease is a part of its row here.
    }

    @Override
    public RecurringStore recurring() {
        return new MemoryRecurring(data);
    }

    @Override
    public QueueStore queues() {
        return new MemoryQueues(data);
    }

    @Override
    public synchronized List<Sample> queuedSamples(Set<String> names, long afterSeq, int limit) {
        return data.queued.values().stream()
                .filter(row -> row.lease == null && row.born.seq() > afterSeq)
                .map(MemoryRow::now)
                .sorted(Comparator.comparingLong(QueuedTask::seq))
                .limit(limit)
                .map(row ->
                        new Sample(row.jid(), row.seq(), row.name(), names.contains(row.name()) ? row.payload() : null))
                .toList();
    }

    @Override
    public synchronized List<Sample> failedSamples(
            FailureReason reason, Set<String> names, String afterJid, int limit) {
        return failed().filter(task -> task.id().compareTo(afterJid) > 0)
                .sorted(Comparator.comparing(Task::id))
                .limit(limit)
                .map(task -> new Sample(
                        task.id(),
                        1,
                        task.name(),
                        names.contains(task.name())
                                        && task.failure().orElseThrow().reason().equals(reason.text())
                                ? task.payload()
                                : null))
                .toList();
    }

    @Override
    public synchronized void forget(Collection<String> serverIds) {
        data.beats.keySet().removeAll(serverIds);
    }

    @Override
    public void onWake(Runnable wake) {
        // It has no other users that could store tasks.
    }

    @Override
    public String id() {
        return data.id;
    }

    @Override
    public String description() {
        return "memory";
    }

    @Override
    public boolean takes(Thread thread) {
        return true;
    }

    @Override
    public boolean isExclusive() {
        return true;
    }

    @Override
    public boolean isParallel() {
        return false;
    }

    @Override
    public void close() {
        // The data outlive it.
    }
}

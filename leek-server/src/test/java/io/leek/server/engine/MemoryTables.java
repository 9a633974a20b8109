package io.leek.server.engine;

import io.leek.server.store.Change;
import io.leek.server.store.Lease;
import io.leek.server.store.Outcome;
import io.leek.server.store.QueuedTask;
import io.leek.server.store.RecurringStore;
import io.leek.server.store.TaskStore.Report;
import io.leek.task.FailedAttempt;
import io.leek.task.FailureReason;
import io.leek.task.InvalidTaskException;
import io.leek.task.Task;
import io.leek.task.TaskFailure;
import io.leek.task.TaskKey;
import io.leek.task.TaskLog;
import io.leek.task.TaskRecord;
import io.leek.task.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What outlives a {@link MemoryStore} that is closed, and the changes to it. */
final class MemoryTables {

    private static final TaskFailure CRASHED =
            TaskFailure.of(FailureReason.CRASHED, "WorkerCrashed", "its process ended", List.of());
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    final String id = UUID.randomUUID().toString();
    final Map<String, MemoryRow> queued = new HashMap<>();
    final Map<String, Task> finished = new HashMap<>();
    final Map<String, List<FailedAttempt>> attempts = new TreeMap<>();
    final Map<String, Long> beats = new TreeMap<>();
    final Map<String, RecurringStore.Declared> recurring = new TreeMap<>();
    final Set<String> paused = new TreeSet<>();
    final Map<String, Report> reports = new TreeMap<>();
    final Set<Long> cancelled = new HashSet<>();
    final Map<String, Taken> keys = new TreeMap<>();
    private long seq;

    /** A key that a task has for a time. */
    record Taken(String jid, Instant until) {}

    void clear() {
        queued.clear();
        finished.clear();
        attempts.clear();
        beats.clear();
        recurring.clear();
        paused.clear();
        cancelled.clear();
        reports.clear();
        keys.clear();
    }

    Optional<Task> find(String jid) {
        MemoryRow row = queued.get(jid);
        return row == null ? Optional.ofNullable(finished.get(jid)) : Optional.of(row.queued());
    }

    Optional<Task> findByKey(String key, Instant now) {
        return holder(key, now).flatMap(this::find);
    }

    private Optional<String> holder(String key, Instant now) {
        return queued.values().stream()
                .filter(row -> key.equals(row.key))
                .map(row -> row.born.jid())
                .findFirst()
                .or(() -> Optional.ofNullable(keys.get(key))
                        .filter(taken -> taken.until().isAfter(now))
                        .map(Taken::jid));
    }

    Outcome apply(Change change) {
        if (change instanceof Change.Insert insert) {
            return insert(insert);
        } else if (change instanceof Change.Claim claim) {
            return claim(claim);
        } else if (change instanceof Change.Requeue requeue) {
            return requeue(requeue);
        } else if (change instanceof Change.Park park) {
            MemoryRow row = queued.get(park.jid());
            return row == null || row.lease != null
                    ? new Outcome.Lost()
                    : finish(row.failed(park.finishedAt(), park.failure()));
        } else if (change instanceof Change.Cancel cancel) {
            return cancel(cancel);
        } else if (change instanceof Change.Withdraw withdraw) {
            MemoryRow row = queued.get(withdraw.jid());
            if (row == null || row.lease != null) {
                return new Outcome.Lost();
            }
            queued.remove(withdraw.jid());
            return new Outcome.Done(null);
        } else if (change instanceof Change.Succeed done) {
            MemoryRow row = leased(done.jid(), done.token());
            return row == null ? new Outcome.Lost() : finish(row.success(done.finishedAt(), done.result()));
        } else if (change instanceof Change.Fail fail) {
            return fail(fail);
        } else if (change instanceof Change.RetryLater retry) {
            return changeLeased(retry.jid(), retry.token(), row -> {
                row.takeBack(retry.dueAt());
                row.failure = retry.failure();
                remember(row, retry.failedAt(), retry.failure());
            });
        } else if (change instanceof Change.Release release) {
            return changeLeased(release.jid(), release.token(), row -> {
                row.takeBack(release.dueAt());
                row.attempts--;
                row.startedAt = null;
                row.workerId = null;
            });
        } else if (change instanceof Change.Crash crash) {
            return changeLeased(crash.jid(), crash.token(), row -> {
                row.takeBack(crash.crashedAt());
                row.crashes++;
                remember(row, crash.crashedAt(), CRASHED);
            });
        }
        return renew((Change.Renew) change);
    }

    void report(Report told) {
        reports.merge(
                told.jid(),
                new Report(told.jid(), told.progress(), TaskLog.last(List.of(), told.log())),
                (before, now) -> new Report(
                        now.jid(),
                        now.progress() == null ? before.progress() : now.progress(),
                        TaskLog.last(before.log(), now.log())));
    }

    Task withReport(Task task) {
        Report report = reports.get(task.id());
        return report == null ? task : task.withReport(report.progress(), report.log());
    }

    private Outcome cancel(Change.Cancel cancel) {
        MemoryRow row = queued.get(cancel.jid());
        if (row == null) {
            return new Outcome.Lost();
        }
        if (row.lease != null) {
            cancelled.add(row.born.seq());
            return new Outcome.Running(row.now());
        }
        if (!attempts.containsKey(cancel.jid())) {
            keys.values().removeIf(taken -> taken.jid().equals(cancel.jid()));
        }
        return finish(row.failed(
                cancel.finishedAt(),
                TaskFailure.of(
                        FailureReason.CANCELLED,
                        "java.util.concurrent.CancellationException",
                        "cancelled while it waited",
                        List.of())));
    }

    private Outcome insert(Change.Insert insert) {
        if (insert.jid().length() > 64
                || insert.queue().length() > 100
                || insert.name().length() > 255) {
            return new Outcome.Refused("a value is too long");
        }
        if (insert.dueAt().isAfter(LATEST)) {
            return new Outcome.Refused("a time is out of range");
        }
        if (find(insert.jid()).isPresent()) {
            return new Outcome.Known();
        }
        TaskKey key = insert.key();
        Optional<String> holder = key == null ? Optional.empty() : holder(key.text(), insert.enqueuedAt());
        if (holder.isPresent()) {
            return new Outcome.KeyTaken(holder.get());
        }
        if (key instanceof TaskKey.AtLeast timed) {
            keys.put(key.text(), new Taken(insert.jid(), insert.enqueuedAt().plus(timed.time())));
        }
        return keep(MemoryRow.of(insert, ++seq));
    }

    private Outcome keep(MemoryRow row) {
        queued.put(row.born.jid(), row);
        return new Outcome.Done(row.now());
    }

    private Outcome claim(Change.Claim claim) {
        if (claim.lease().token().length() > 64) {
            return new Outcome.Refused("a value is too long");
        }
        MemoryRow row = queued.get(claim.jid());
        if (row == null || !row.waits(claim.lease().startedAt())) {
            return new Outcome.Lost();
        }
        row.hand(claim.lease());
        return new Outcome.Done(row.now());
    }

    private Outcome requeue(Change.Requeue requeue) {
        Task task = finished.get(requeue.jid());
        if (task == null || task.state() != TaskState.FAILED) {
            return new Outcome.Lost();
        }
        finished.remove(requeue.jid());
        String key = key(task);
        return keep(new MemoryRow(new QueuedTask(
                task.id(),
                ++seq,
                task.name(),
                task.queue(),
                task.priority(),
                MemoryRow.kept(requeue.dueAt()),
                task.enqueuedAt(),
                task.payload(),
                0,
                0,
                null,
                key == null || isTaken(key, task.id(), requeue.dueAt()) ? null : key,
                null)));
    }

    private boolean isTaken(String key, String jid, Instant now) {
        return holder(key, now).filter(holder -> !holder.equals(jid)).isPresent();
    }

    private static @Nullable String key(Task task) {
        try {
            TaskKey key = TaskRecord.parse(task.payload()).key();
            return key == null ? null : key.text();
        } catch (InvalidTaskException e) {
            return null;
        }
    }

    private Outcome fail(Change.Fail fail) {
        MemoryRow row = leased(fail.jid(), fail.token());
        if (row == null) {
            return new Outcome.Lost();
        }
        row.crashes += fail.isCrash() ? 1 : 0;
        remember(row, fail.finishedAt(), fail.failure());
        return finish(row.failed(fail.finishedAt(), fail.failure()));
    }

    private void remember(MemoryRow row, Instant at, TaskFailure why) {
        List<FailedAttempt> kept = attempts.computeIfAbsent(row.born.jid(), jid -> new ArrayList<>());
        kept.add(row.ended(at, why));
        if (kept.size() > FailedAttempt.KEPT) {
            kept.remove(0);
        }
    }

    private Outcome finish(Task task) {
        queued.remove(task.id());
        finished.put(task.id(), task);
        return new Outcome.Done(null);
    }

    private Outcome renew(Change.Renew renew) {
        return changeLeased(renew.jid(), renew.token(), row -> {
            Lease lease = Objects.requireNonNull(row.lease);
            Instant until = MemoryRow.kept(renew.until());
            row.lease = new Lease(
                    lease.token(),
                    lease.startedAt(),
                    until.isAfter(lease.until()) ? until : lease.until(),
                    lease.workerId(),
                    renew.serverId());
        });
    }

    private Outcome changeLeased(String jid, @Nullable String token, Consumer<MemoryRow> change) {
        MemoryRow row = leased(jid, token);
        if (row == null) {
            return new Outcome.Lost();
        }
        change.accept(row);
        return new Outcome.Done(null);
    }

    private @Nullable MemoryRow leased(String jid, @Nullable String token) {
        MemoryRow row = queued.get(jid);
        return row == null || row.lease == null || token != null && !token.equals(row.lease.token()) ? null : row;
    }
}

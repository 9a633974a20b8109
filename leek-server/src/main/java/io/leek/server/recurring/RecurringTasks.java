package io.leek.server.recurring;

import io.leek.log.OncePerMinute;
import io.leek.server.dispatch.Intake;
import io.leek.server.recurring.Recurrence.Tick;
import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Outcome;
import io.leek.server.store.RecurringStore;
import io.leek.server.store.RecurringStore.Declared;
import io.leek.server.store.RecurringStore.Queued;
import io.leek.server.store.TaskStore;
import io.leek.task.CatchUp;
import io.leek.task.InvalidTaskException;
import io.leek.task.RecurringTask;
import io.leek.task.Task;
import io.leek.task.TaskJson;
import io.leek.task.TaskKey;
import io.leek.task.TaskRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sees to it that of each recurring task the next run is queued. That is a task like any other, due at its time, with a key
 * of its own while it is unfinished: so a run that takes long leaves out the times that pass meanwhile, and its id follows
 * from the time, so that several servers queue it once.
 */
public final class RecurringTasks implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RecurringTasks.class);

    /** A task that could not begin for so long has missed its time. */
    static final Duration LATE = Duration.ofMinutes(1);

    private static final Duration LOOK = Duration.ofSeconds(1);

    /** While there is none, others of the same database may get one. */
    private static final int LOOKS_WITHOUT_ANY = 15;

    private static final long CLOSE_SECONDS = 10;

    private final TaskStore tasks;
    private final RecurringStore recurring;
    private final Committer committer;
    private final Intake intake;
    private final BooleanSupplier isClockWrong;
    private final Clock clock;
    private final Presence presence;
    private final OncePerMinute said;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(run -> {
        Thread thread = new Thread(run, "leek-recurring");
        thread.setDaemon(true);
        return thread;
    });
    private int skip;

    /** @param isClockWrong whether this server must not go by its clock */
    public RecurringTasks(
            TaskStore tasks,
            Committer committer,
            Intake intake,
            BooleanSupplier isClockWrong,
            Clock clock,
            LongSupplier nanoTime) {
        this.tasks = tasks;
        this.recurring = tasks.recurring();
        this.committer = committer;
        this.intake = intake;
        this.isClockWrong = isClockWrong;
        this.clock = clock;
        presence = new Presence(nanoTime);
        said = new OncePerMinute(nanoTime);
    }

    public void start() {
        timer.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        // Without an interrupt: one inside a read closes a whole H2 database.
        timer.shutdown();
        try {
            timer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A client has these. One whose definition is not what it was before is queued anew.
     *
     * @throws IllegalArgumentException where one makes no sense; then none is stored
     */
    public void declare(List<RecurringTask> declared) {
        Map<String, String> definitions = new LinkedHashMap<>();
        for (RecurringTask task : declared) {
            check(task);
            definitions.put(task.name(), TaskJson.MAPPER.writeValueAsString(task));
        }
        synchronized (this) {
            if (isClockWrong.getAsBoolean()) {
                throw new IllegalStateException("this server's clock is wrong; see its log");
            }
            Instant now = clock.instant();
            List<Declared> all = recurring.all();
            Renames before = Renames.of(all);
            declared.stream().filter(before::isOutdated).forEach(task -> definitions.remove(task.name()));
            Renames renames = Renames.in(declared);
            for (Declared known : all) {
                String definition = definitions.get(known.name());
                RecurringTask successor = renames.successorOf(known.name());
                if (definition == null && successor != null) {
                    rename(known, successor, now);
                } else if (definition != null && !definition.equals(known.definition())) {
                    log.info("Recurring task {} has changed: {}", known.name(), definition);
                    changed(known, read(definition), now);
                }
            }
            recurring.declare(definitions, now);
            sweep();
        }
    }

    /** Only what is still to come moves to its new time; what is due, runs or waits for its retry goes on. */
    private void changed(Declared known, RecurringTask to, Instant now) {
        RecurringTask from = read(known.definition());
        boolean isSameTime = Objects.equals(from.cron(), to.cron())
                && Objects.equals(from.zone(), to.zone())
                && Objects.equals(from.delayMs(), to.delayMs());
        if (isSameTime) {
            return;
        }
        if (known.queued() == null && (from.delayMs() == null || to.delayMs() == null)) {
            recurring.ticked(known.name(), now, null);
        } else {
            withdrawToCome(known, to, now);
        }
    }

    private void withdrawToCome(Declared known, RecurringTask to, Instant now) {
        Queued queued = known.queued();
        if (queued != null && queued.isUntouched() && queued.dueAt().isAfter(now) && withdraw(queued)) {
            Long delay = to.delayMs() == null ? null : read(known.definition()).delayMs();
            Instant base = delay == null ? now : queued.dueAt().minusMillis(delay);
            recurring.ticked(known.name(), base, null);
        }
    }

    /** What is due, runs or waits for its retry goes on under the old name. */
    private void rename(Declared known, RecurringTask to, Instant now) {
        withdrawToCome(known, to, now);
        log.info("Recurring task {} is called {} now", known.name(), to.name());
        recurring.rename(known.name(), to.name());
    }

    private static RecurringTask read(String definition) {
        return TaskJson.MAPPER.readValue(definition, RecurringTask.class);
    }

    private static void check(RecurringTask task) {
        String name = task.name();
        if (name == null || task.task() == null || task.catchUp() == null) {
            throw new IllegalArgumentException("a recurring task needs name, catch_up and task");
        }
        try {
            Recurrence.of(task);
            record(task, new Tick(Instant.EPOCH, ""));
        } catch (IllegalArgumentException | InvalidTaskException e) {
            throw new IllegalArgumentException("recurring task " + name + ": " + e.getMessage(), e);
        }
    }

    private synchronized void look() {
        if (skip > 0) {
            skip--;
            presence.look();
            return;
        }
        try {
            skip = sweep() ? 0 : LOOKS_WITHOUT_ANY;
        } catch (RuntimeException e) {
            if (said.isDue("recurring")) {
                log.warn(
                        "Recurring tasks could not be looked after; this is tried again each second: {}", e.toString());
            }
        }
    }

    /**
     * Queues what is not queued, and removes what nobody has any more.
     *
     * @return whether there is any
     */
    public synchronized boolean sweep() {
        presence.look();
        List<Declared> all = recurring.all();
        presence.keepOnly(all);
        if (!isClockWrong.getAsBoolean()) {
            Instant now = clock.instant();
            all.forEach(task -> lookAfter(task, now));
        }
        skip = 0;
        return !all.isEmpty();
    }

    private void lookAfter(Declared task, Instant now) {
        Queued queued = task.queued();
        if (!presence.isOver(task)) {
            look(task, now);
        } else if (queued == null || !queued.isUntouched() || withdraw(queued)) {
            log.info("Recurring task {} is removed: no application has declared it for {}", task.name(), Presence.KEPT);
            recurring.forget(task.name());
        }
    }

    private void look(Declared declared, Instant now) {
        Queued queued = declared.queued();
        try {
            RecurringTask task = read(declared.definition());
            if (queued == null) {
                queue(declared, task, Recurrence.of(task), now);
            } else if (task.catchUp() == CatchUp.NONE
                    && queued.isUntouched()
                    && queued.dueAt().isBefore(now.minus(LATE))
                    && withdraw(queued)) {
                recurring.ticked(declared.name(), now, null);
                log.info("Recurring task {} has missed its time at {}", declared.name(), queued.dueAt());
            }
        } catch (JacksonException | IllegalArgumentException | InvalidTaskException e) {
            if (said.isDue(declared.name())) {
                log.warn("Recurring task {} can't be read: {}", declared.name(), e.getMessage());
            }
        }
    }

    private void queue(Declared declared, RecurringTask task, Recurrence recurrence, Instant now)
            throws InvalidTaskException {
        Instant last = lastEnd(declared);
        Optional<Tick> next = NextTick.of(recurrence, task.catchUp(), declared.lastTick(), last, now);
        while (next.isPresent()) {
            Tick tick = next.get();
            TaskRecord record = record(task, tick);
            Outcome outcome = intake.push(record).join();
            boolean isKnown = outcome instanceof Outcome.Known;
            if (isKnown || outcome instanceof Outcome.Done) {
                recurring.ticked(task.name(), tick.at(), record.jid());
            }
            if (!isKnown) {
                // It is queued; or another server was first, or the store refuses it, and the next look will tell.
                return;
            }
            next = recurrence.next(tick.at(), tick.at());
        }
    }

    /** When the last run was due or, if that is later, when it ended or was withdrawn; null where there was none. */
    private @Nullable Instant lastEnd(Declared declared) {
        Instant due = declared.lastTick();
        if (declared.lastJid() == null || due == null) {
            return due;
        }
        return tasks.find(declared.lastJid())
                .map(Task::finishedAt)
                .filter(end -> end.isAfter(due))
                .orElse(due);
    }

    /** Unless a worker has it by now. */
    private boolean withdraw(Queued queued) {
        return committer.submit(new Change.Withdraw(queued.jid())).join() instanceof Outcome.Done;
    }

    private static TaskRecord record(RecurringTask task, Tick tick) throws InvalidTaskException {
        ObjectNode json = task.task().deepCopy();
        json.put("jid", TickId.of(task.name(), tick.identity()));
        json.put("at", tick.at().toString());
        new TaskKey.WhileUnfinished(RecurringStore.key(task.name()))
                .write(json.withObjectProperty("custom").withObjectProperty("leek"));
        return TaskRecord.of(json);
    }
}

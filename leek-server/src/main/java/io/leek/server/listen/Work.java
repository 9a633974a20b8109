package io.leek.server.listen;

import io.leek.server.dispatch.Assignment;
import io.leek.server.dispatch.Attempts;
import io.leek.server.dispatch.Dispatcher;
import io.leek.server.dispatch.Fetch;
import io.leek.server.dispatch.Joining;
import io.leek.server.dispatch.QueueLimit;
import io.leek.server.dispatch.Verdict;
import io.leek.server.dispatch.Waits;
import io.leek.server.dispatch.WorkerEntry;
import io.leek.server.store.Outcome;
import io.leek.server.store.TaskStore.Report;
import io.leek.task.FailureReason;
import io.leek.task.TaskFailure;
import io.leek.task.TaskLog;
import io.leek.task.TaskProgress;
import io.leek.task.TaskRecord;
import io.leek.wire.Command;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What workers say: FETCH, ACK, FAIL, BEAT, LEEK FETCH, JOIN, LISTEN, PROGRESS and RELEASE; and LEEK CANCEL, of which they hear. */
final class Work {

    /** Clients give up after 3 to 5 s. */
    private static final Duration FETCH_WAIT = Duration.ofSeconds(2);

    private static final int MAX_FETCH = 2_000;
    private static final long MAX_WAIT_MS = 60_000;

    private static final Duration LISTEN_WAIT = Duration.ofSeconds(20);

    /** A client may fetch without having said who it is. */
    private static final String ANONYMOUS = "anonymous";

    private final Dispatcher dispatcher;
    private final Attempts attempts;
    private final Joining joining;
    private final QueueLimit limit;
    private final Waits waits;
    private final Clock clock;

    Work(Dispatcher dispatcher, Attempts attempts, Joining joining, QueueLimit limit, Waits waits, Clock clock) {
        this.dispatcher = dispatcher;
        this.attempts = attempts;
        this.joining = joining;
        this.limit = limit;
        this.waits = waits;
        this.clock = clock;
    }

    Answer fetch(Command.Fetch fetch, @Nullable WorkerEntry worker, ScheduledExecutorService timer) {
        return await(wait(worker, fetch.queues(), 1), FETCH_WAIT, HandOut::one, timer);
    }

    Answer fetchMany(Command.FetchMany fetch, @Nullable WorkerEntry worker, ScheduledExecutorService timer) {
        List<String> queues = fetch.queues() == null ? List.of(TaskRecord.DEFAULT_QUEUE) : fetch.queues();
        int max = fetch.max() == null ? 1 : fetch.max();
        long wait = fetch.waitMs() == null ? FETCH_WAIT.toMillis() : fetch.waitMs();
        if (queues.isEmpty() || hasNull(queues) || max < 1 || max > MAX_FETCH || wait < 0 || wait > MAX_WAIT_MS) {
            return Answer.of(Reply.error("LEEK FETCH needs at least one queue, max of 1 to " + MAX_FETCH
                    + ", and wait_ms of 0 to " + MAX_WAIT_MS));
        }
        Fetch waiting = wait(worker, queues, max);
        // One that stops may ask once more before it knows, and ends when it has its answer.
        boolean isStopping = worker != null && worker.state() != WorkerEntry.State.RUNNING;
        return await(waiting, isStopping ? Duration.ZERO : Duration.ofMillis(wait), HandOut::all, timer);
    }

    private Fetch wait(@Nullable WorkerEntry worker, List<String> queues, int max) {
        return dispatcher.fetch(worker == null ? ANONYMOUS : worker.wid(), queues, max);
    }

    private Answer await(
            Fetch waiting, Duration time, Function<List<Assignment>, Reply> handOut, ScheduledExecutorService timer) {
        CompletableFuture<List<Assignment>> tasks = waiting.answer();
        if (!tasks.isDone()) {
            var timeout = timer.schedule(() -> dispatcher.giveUp(waiting), time.toMillis(), TimeUnit.MILLISECONDS);
            tasks.whenComplete((task, error) -> timeout.cancel(false));
        }
        return new Answer(tasks.thenApply(handOut), () -> abandon(waiting));
    }

    CompletableFuture<Reply> ack(Command.Ack ack) {
        String jid = ack.jid();
        if (jid == null) {
            return done(Reply.error("missing JID"));
        }
        if (Boolean.TRUE.equals(ack.committed())) {
            if (attempts.committed(jid, ack.lease())) {
                limit.oneLess();
            }
            waits.ended(List.of(jid));
            return done(Reply.OK);
        }
        return attempts.succeed(jid, ack.lease(), ack.result())
                .thenApply(outcome -> reply(outcome, ack.lease() == null ? Reply.OK : stale(jid)));
    }

    CompletableFuture<Reply> fail(Command.Fail fail) {
        String jid = fail.jid();
        if (jid == null) {
            return done(Reply.error("missing JID"));
        }
        TaskFailure failure = new TaskFailure(
                reason(fail.reason()),
                fail.errtype() == null ? "unknown" : fail.errtype(),
                fail.message() == null ? "" : fail.message(),
                lines(fail.backtrace()));
        Long retryIn = fail.retryInMs();
        Verdict verdict =
                new Verdict(Boolean.TRUE.equals(fail.isFinal()), retryIn == null ? null : Duration.ofMillis(retryIn));
        return attempts.fail(jid, fail.lease(), failure, verdict)
                .thenApply(outcome ->
                        reply(outcome, fail.lease() == null ? Reply.error("Job not found " + jid) : stale(jid)));
    }

    Reply progress(Command.Progress told) {
        String jid = told.jid();
        String lease = told.lease();
        long done = told.done() == null ? 0 : told.done();
        long of = told.of() == null ? 0 : told.of();
        if (jid == null || lease == null || done < 0 || of < 0) {
            return Reply.error("LEEK PROGRESS needs jid and lease, and takes no done or of below 0");
        }
        TaskProgress progress =
                told.done() == null ? null : new TaskProgress(done, of, told.message(), clock.instant());
        List<String> log = lines(told.log()).stream()
                .flatMap(text -> TaskLog.lines(text).stream())
                .toList();
        Report report = new Report(jid, progress, TaskLog.last(List.of(), log));
        return attempts.reports().add(report, lease) ? Reply.OK : stale(jid);
    }

    CompletableFuture<Reply> cancel(Command.Cancel cancel) {
        String jid = cancel.jid();
        return jid == null
                ? done(Reply.error("LEEK CANCEL needs a jid"))
                : attempts.cancel(jid).thenApply(isTaken -> isTaken ? Reply.OK : Reply.NIL);
    }

    CompletableFuture<Reply> release(Command.Release release) {
        String jid = release.jid();
        String lease = release.lease();
        if (jid == null || lease == null) {
            return done(Reply.error("LEEK RELEASE needs jid and lease"));
        }
        Duration delay = Duration.ofMillis(Math.max(0, release.delayMs() == null ? 0 : release.delayMs()));
        return attempts.release(jid, lease, delay).thenApply(outcome -> reply(outcome, stale(jid)));
    }

    CompletableFuture<Reply> beat(Command.Beat beat) {
        WorkerEntry worker = known(beat.wid());
        if (worker == null) {
            return done(Reply.error("unknown worker " + beat.wid()));
        }
        dispatcher.workers().seen(worker.wid());
        boolean told = false;
        if (beat.currentState() != null && !beat.currentState().isEmpty()) {
            try {
                WorkerEntry.State state =
                        WorkerEntry.State.valueOf(beat.currentState().toUpperCase(Locale.ROOT));
                told = worker.state().compareTo(state) <= 0;
                worker.advance(state);
                dispatcher.quiet(worker.wid());
            } catch (IllegalArgumentException e) {
                return done(Reply.error("current_state must be quiet or terminate, but was " + beat.currentState()));
            }
        }
        String state = worker.state().text();
        return done(state == null || told ? Reply.OK : Reply.json(new Replies.News(state, null, null, null, null)));
    }

    CompletableFuture<Reply> join(Command.Join join) {
        if (join.wid() == null || join.tasks() == null || join.queues() == null) {
            return done(Reply.error("LEEK JOIN needs wid, tasks and queues"));
        }
        List<Command.Held> held = join.held() == null ? List.of() : join.held();
        if (hasNull(join.tasks())
                || hasNull(join.queues())
                || held.stream().anyMatch(task -> task == null || task.jid() == null || task.lease() == null)) {
            return done(
                    Reply.error("LEEK JOIN takes no null among tasks and queues, and held tasks need jid and lease"));
        }
        int concurrency = join.concurrency() == null ? 1 : join.concurrency();
        return joining.join(join.wid(), join.tasks(), join.queues(), concurrency, held)
                .thenApply(lost -> Reply.json(new Replies.Joined(lost)));
    }

    Answer listen(Command.Listen listen, ScheduledExecutorService timer) {
        WorkerEntry worker = known(listen.wid());
        if (worker == null) {
            return Answer.of(Reply.error("unknown worker " + listen.wid()));
        }
        CompletableFuture<Replies.News> news = worker.listen();
        Replies.News nothing = Replies.News.NONE;
        timer.schedule(() -> news.complete(nothing), LISTEN_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        return new Answer(news.thenApply(Reply::json), () -> news.complete(nothing));
    }

    /** All that fetch without a name share one entry; none of them may speak for the others. */
    private @Nullable WorkerEntry known(@Nullable String wid) {
        return wid == null || wid.equals(ANONYMOUS)
                ? null
                : dispatcher.workers().find(wid).orElse(null);
    }

    private void abandon(Fetch waiting) {
        dispatcher.abandon(waiting);
        waiting.answer()
                .getNow(List.of())
                .forEach(task -> attempts.release(task.row().jid(), task.lease().token(), Duration.ZERO));
    }

    private static boolean hasNull(List<?> list) {
        return list.stream().anyMatch(Objects::isNull);
    }

    private static List<String> lines(@Nullable List<@Nullable String> backtrace) {
        return backtrace == null
                ? List.of()
                : backtrace.stream().filter(Objects::nonNull).toList();
    }

    private static String reason(@Nullable String reason) {
        if (reason == null) {
            return FailureReason.EXCEPTION.text();
        }
        try {
            return FailureReason.of(reason).text();
        } catch (IllegalArgumentException e) {
            return FailureReason.EXCEPTION.text();
        }
    }

    private static Reply reply(Outcome outcome, Reply lost) {
        if (outcome instanceof Outcome.Lost) {
            return lost;
        }
        return outcome instanceof Outcome.Refused refused ? Reply.error(refused.reason()) : Reply.OK;
    }

    private static Reply stale(String jid) {
        return new Reply.Failure("STALE", "the lease of " + jid + " is over; another attempt may be under way");
    }

    private static CompletableFuture<Reply> done(Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }
}

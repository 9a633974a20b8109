package io.leek.server.listen;

import io.leek.log.OncePerMinute;
import io.leek.server.dispatch.Attempts;
import io.leek.server.dispatch.Dispatcher;
import io.leek.server.dispatch.Intake;
import io.leek.server.dispatch.Joining;
import io.leek.server.dispatch.Waits;
import io.leek.server.dispatch.WorkerEntry;
import io.leek.server.recurring.RecurringTasks;
import io.leek.server.store.Committer;
import io.leek.server.store.TaskStore;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the one who answers a command. */
public final class Requests {

    private static final Logger log = LoggerFactory.getLogger(Requests.class);

    private final Dispatcher dispatcher;
    private final Committer committer;
    private final Attempts attempts;
    private final Waits waits;
    private final int maxLine;
    private final OncePerMinute said = new OncePerMinute();
    private final Totals totals = new Totals();
    private final Pushes pushes;
    private final Work work;
    private final Queries queries;
    private final Declarations declarations;
    private final Queues queues;
    private final Backlog backlog;

    /** @param lookUps one thread that looks up in the store what people ask for */
    public Requests(
            TaskStore store,
            Committer committer,
            Dispatcher dispatcher,
            Attempts attempts,
            Joining joining,
            Waits waits,
            RecurringTasks recurring,
            Executor lookUps,
            Clock clock,
            Limits limits) {
        this.dispatcher = dispatcher;
        this.committer = committer;
        this.attempts = attempts;
        this.waits = waits;
        maxLine = limits.maxLine();
        pushes = new Pushes(new Intake(committer, dispatcher, clock), limits.queue(), totals);
        work = new Work(dispatcher, attempts, joining, limits.queue(), waits, clock);
        queries = new Queries(store, attempts, dispatcher.workers(), totals, lookUps, clock);
        declarations = new Declarations(recurring, lookUps);
        queues = new Queues(store, dispatcher, lookUps, clock);
        backlog = new Backlog(store, dispatcher.workers()::know, lookUps);
    }

    /** The way in for callers in this process. */
    public LocalRequests local() {
        return new LocalRequests(
                command -> {
                    totals.command();
                    return answer(command);
                },
                committer,
                maxLine);
    }

    /** For one connection. */
    Waiting waiting() {
        return new Waiting(waits);
    }

    int maxLine() {
        return maxLine;
    }

    Totals totals() {
        return totals;
    }

    boolean isCongested() {
        return committer.isCongested();
    }

    void whenRelieved(Runnable resume) {
        committer.onRelieved(resume);
    }

    WorkerEntry connected(String wid, Runnable hangUp) {
        WorkerEntry worker = dispatcher.workers().seen(wid);
        worker.connected(hangUp);
        return worker;
    }

    /** A client that has no password tries again and again. */
    boolean mayBeToldOf(SocketAddress stranger) {
        String host =
                stranger instanceof InetSocketAddress internet ? internet.getHostString() : String.valueOf(stranger);
        return said.isDue("password " + host);
    }

    void seen(String wid) {
        dispatcher.workers().seen(wid);
    }

    /** A Leek worker that said it stops is gone with its last connection; any other may come back. */
    void disconnected(WorkerEntry worker, Runnable hangUp) {
        if (worker.disconnected(hangUp) && worker.isJoined() && worker.state() != WorkerEntry.State.RUNNING) {
            attempts.workerGone(worker.wid());
        }
    }

    /** No command, however malformed, gets past this without an answer. */
    Answer answer(Command command, Session session, ScheduledExecutorService timer) {
        String text = text(command);
        if (text != null && Answer.isTooLong(text, maxLine)) {
            return Answer.of(Answer.tooLong(maxLine));
        }
        try {
            if (command instanceof Command.Fetch fetch) {
                return work.fetch(fetch, session.worker(), timer);
            }
            if (command instanceof Command.FetchMany fetch) {
                return work.fetchMany(fetch, session.worker(), timer);
            }
            if (command instanceof Command.Listen listen) {
                return work.listen(listen, timer);
            }
            if (command instanceof Command.Wait wait) {
                return session.waiting().answer(wait, timer);
            }
        } catch (RuntimeException e) {
            return Answer.of(failed(command, e));
        }
        boolean isLookUp = command instanceof Command.Get
                || command instanceof Command.ListTasks
                || command instanceof Command.Backlog;
        return isLookUp ? Answer.ofLookUp(answer(command)) : Answer.of(answer(command));
    }

    /** What of a command is as long as an application makes it: within the process it comes without a line. */
    private static @Nullable String text(Command command) {
        if (command instanceof Command.Ack ack) {
            return ack.result();
        }
        return command instanceof Command.Push
                        || command instanceof Command.LeekPush
                        || command instanceof Command.PushBulk
                ? command.argument()
                : null;
    }

    private CompletableFuture<Reply> answer(Command command) {
        try {
            return reply(command);
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(failed(command, e));
        }
    }

    private Reply failed(Command command, RuntimeException e) {
        if (said.isDue(command.verb())) {
            log.warn("{} could not be answered", command.verb(), e);
        }
        return Reply.error(command.verb() + " could not be answered: " + e.getMessage());
    }

    private CompletableFuture<Reply> reply(Command command) {
        if (command instanceof Command.Push push) {
            return pushes.push(push.task());
        } else if (command instanceof Command.LeekPush push) {
            return pushes.leekPush(push.task());
        } else if (command instanceof Command.PushBulk bulk) {
            return pushes.pushBulk(bulk.tasks());
        } else if (command instanceof Command.Wake wake) {
            pushes.wake(wake.tasks() == null ? List.of() : wake.tasks());
            return CompletableFuture.completedFuture(Reply.OK);
        } else if (command instanceof Command.Ack ack) {
            return work.ack(ack);
        } else if (command instanceof Command.Fail fail) {
            return work.fail(fail);
        } else if (command instanceof Command.Beat beat) {
            return work.beat(beat);
        } else if (command instanceof Command.Join join) {
            return work.join(join);
        } else if (command instanceof Command.Release release) {
            return work.release(release);
        } else if (command instanceof Command.Progress progress) {
            return CompletableFuture.completedFuture(work.progress(progress));
        } else if (command instanceof Command.Cancel cancel) {
            return work.cancel(cancel);
        } else if (command instanceof Command.Declare declare) {
            return declarations.declare(declare);
        } else {
            return query(command);
        }
    }

    private CompletableFuture<Reply> query(Command command) {
        if (command instanceof Command.Get get) {
            return queries.get(get);
        } else if (command instanceof Command.ListTasks list) {
            return queries.list(list);
        } else if (command instanceof Command.Count count) {
            return queries.count(count);
        } else if (command instanceof Command.Retry retry) {
            return queries.retry(retry);
        } else if (command instanceof Command.Info) {
            return queries.info();
        } else if (command instanceof Command.OnQueues named) {
            return queues.answer(named);
        } else if (command instanceof Command.Backlog names) {
            return backlog.answer(names);
        } else if (command instanceof Command.Queues) {
            return queues.list();
        } else if (command instanceof Command.Unserved) {
            return CompletableFuture.completedFuture(queries.unserved());
        } else if (command instanceof Command.Caps) {
            return CompletableFuture.completedFuture(queries.caps());
        } else if (command instanceof Command.Malformed malformed) {
            return CompletableFuture.completedFuture(Reply.error(malformed.message()));
        }
        return CompletableFuture.completedFuture(Reply.error("unexpected " + command.verb()));
    }
}

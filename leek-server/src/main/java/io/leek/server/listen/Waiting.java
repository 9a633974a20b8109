package io.leek.server.listen;

import io.leek.server.dispatch.Waits;
import io.leek.server.dispatch.Watch;
import io.leek.task.Task;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The LEEK WAIT commands of one connection, one at a time: the next answers the one before. What both name is not looked
 * up again.
 */
final class Waiting {

    /** Most tasks in one command. */
    static final int MAX_TASKS = 10_000;

    private static final long MAX_WAIT_MS = 60_000;
    private static final int MAX_JID = 64;

    private final Waits waits;
    private final Watch watch;
    private volatile CompletableFuture<List<Task>> asked = CompletableFuture.completedFuture(List.of());

    Waiting(Waits waits) {
        this.waits = waits;
        watch = waits.open(() -> waits.read(this::tell));
    }

    Answer answer(Command.Wait wait, ScheduledExecutorService timer) {
        boolean isOne = wait.jid() != null;
        List<String> jids = wait.jid() != null ? List.of(wait.jid()) : wait.jids();
        long time = wait.timeoutMs() == null ? MAX_WAIT_MS : wait.timeoutMs();
        if (jids == null || jids.size() > MAX_TASKS || !jids.stream().allMatch(Waiting::isId)) {
            return Answer.of(Reply.error("LEEK WAIT needs a jid, or at most " + MAX_TASKS + " jids, each of at most "
                    + MAX_JID + " characters"));
        }
        if (time < 0 || time > MAX_WAIT_MS) {
            return Answer.of(Reply.error("LEEK WAIT needs timeout_ms of 0 to " + MAX_WAIT_MS));
        }
        return await(new HashSet<>(jids), time, isOne ? Waiting::one : Reply::json, timer);
    }

    private Answer await(
            Set<String> jids, long time, Function<List<Task>, Reply> write, ScheduledExecutorService timer) {
        end();
        CompletableFuture<List<Task>> tasks = new CompletableFuture<>();
        // First, so that what has finished already finds whom to tell.
        asked = tasks;
        if (!waits.set(watch, jids)) {
            tasks.complete(List.of());
            return Answer.of(new Reply.Failure(
                    "BUSY", "clients wait for " + Waits.MAX + " tasks already; wait again later, or for fewer"));
        }
        if (jids.isEmpty()) {
            end();
        } else if (!tasks.isDone()) {
            var timeout = timer.schedule(() -> stop(tasks), time, TimeUnit.MILLISECONDS);
            tasks.whenComplete((found, error) -> timeout.cancel(false));
        }
        return new Answer(tasks.thenApply(write), () -> stop(tasks), true);
    }

    /** The client is gone. */
    void close() {
        end();
        waits.close(watch);
    }

    private void end() {
        asked.complete(List.of());
    }

    /** Nothing is kept for a client that may not ask again. */
    private void stop(CompletableFuture<List<Task>> tasks) {
        if (tasks.complete(List.of()) && asked == tasks) {
            waits.close(watch);
        }
    }

    private void tell() {
        CompletableFuture<List<Task>> current = asked;
        if (current.isDone()) {
            return;
        }
        List<Task> tasks = waits.finished(watch);
        if (!tasks.isEmpty() && current.complete(tasks)) {
            waits.told(watch, tasks);
        }
    }

    private static boolean isId(@Nullable String jid) {
        return jid != null && jid.length() <= MAX_JID;
    }

    private static Reply one(List<Task> tasks) {
        return tasks.isEmpty() ? Reply.NIL : Reply.json(tasks.get(0));
    }
}

package io.leek.server.listen;

import io.leek.server.recurring.RecurringTasks;
import io.leek.task.RecurringTask;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** LEEK DECLARE. */
final class Declarations {

    private static final int MOST = 10_000;

    private final RecurringTasks recurring;
    private final Executor reads;

    Declarations(RecurringTasks recurring, Executor reads) {
        this.recurring = recurring;
        this.reads = reads;
    }

    CompletableFuture<Reply> declare(Command.Declare declare) {
        List<RecurringTask> tasks = declare.recurring() == null ? List.of() : declare.recurring();
        if (tasks.size() > MOST || tasks.stream().anyMatch(Objects::isNull)) {
            return CompletableFuture.completedFuture(
                    Reply.error("LEEK DECLARE takes at most " + MOST + " recurring tasks, none of them null"));
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        recurring.declare(tasks);
                        return Reply.OK;
                    } catch (IllegalArgumentException e) {
                        return Reply.error(String.valueOf(e.getMessage()));
                    } catch (IllegalStateException e) {
                        return new Reply.Failure(Reply.Failure.UNAVAILABLE, String.valueOf(e.getMessage()));
                    }
                },
                reads);
    }
}

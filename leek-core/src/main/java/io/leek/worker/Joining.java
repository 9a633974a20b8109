package io.leek.worker;

import io.leek.client.Greeting;
import io.leek.task.TaskJson;
import io.leek.wire.Command;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import java.util.List;

/** Tells the server what this worker knows and holds, and heeds what it has lost. */
final class Joining implements Greeting {

    private final WorkerSettings settings;
    private final TaskHandlers handlers;
    private final HeldTasks held;

    Joining(WorkerSettings settings, TaskHandlers handlers, HeldTasks held) {
        this.settings = settings;
        this.handlers = handlers;
        this.held = held;
    }

    @Override
    public Command command() {
        return new Command.Join(
                settings.id(), List.copyOf(handlers.names()), settings.queues(), held.report(), settings.concurrency());
    }

    @Override
    public void answered(Command command, Reply reply) {
        if (command instanceof Command.Join join && join.held() != null && reply instanceof Reply.Bulk bulk) {
            List<String> lost =
                    TaskJson.MAPPER.readValue(bulk.json(), Replies.Joined.class).lost();
            held.lost(join.held().stream()
                    .filter(task -> lost.contains(task.jid()))
                    .toList());
        }
    }
}

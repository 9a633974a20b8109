package io.leek.server.listen;

import io.leek.server.dispatch.Intake;
import io.leek.server.dispatch.QueueLimit;
import io.leek.server.store.Outcome;
import io.leek.server.store.TaskStore.Claimable;
import io.leek.task.InvalidTaskException;
import io.leek.task.TaskJson;
import io.leek.task.TaskRecord;
import io.leek.wire.Command;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** PUSH, PUSHB, LEEK PUSH and WAKE. */
final class Pushes {

    /** Of rows that a client names; it is better to look for more. */
    private static final int MOST_WRITTEN = 1_000;

    /** What a row counts that a client names, in bytes: so many fit into what a worker gets at once as it prefetches. */
    private static final long UNKNOWN_SIZE = 32 * 1024;

    private final Intake intake;
    private final QueueLimit limit;
    private final Totals totals;

    Pushes(Intake intake, QueueLimit limit, Totals totals) {
        this.intake = intake;
        this.limit = limit;
        this.totals = totals;
    }

    CompletableFuture<Reply> push(String json) {
        return push(json, (task, outcome) -> {
            if (outcome instanceof Outcome.KeyTaken) {
                return new Reply.Failure("NOTUNIQUE", "Job not unique");
            }
            return Reply.OK;
        });
    }

    CompletableFuture<Reply> leekPush(String json) {
        return push(json, (task, outcome) -> {
            if (outcome instanceof Outcome.KeyTaken taken) {
                return Reply.json(new Replies.Pushed(taken.jid(), false));
            }
            // A jid that is known already was sent again by its own client: for that client it is new.
            return Reply.json(new Replies.Pushed(task.jid(), true));
        });
    }

    CompletableFuture<Reply> pushBulk(String json) {
        Map<String, String> refused = new LinkedHashMap<>();
        List<TaskRecord> tasks = new ArrayList<>();
        try (JsonParser parser = TaskJson.MAPPER.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return done(Reply.error("invalid JSON: PUSHB takes an array of jobs"));
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                read(parser, json, tasks, refused);
            }
            if (parser.nextToken() != null) {
                return done(Reply.error("invalid JSON: PUSHB takes one array of jobs and nothing after it"));
            }
        } catch (JacksonException e) {
            return done(Reply.error("invalid JSON: " + e.getOriginalMessage()));
        }
        return limit.push(tasks, () -> pushAll(tasks, refused), Pushes::full);
    }

    private static void read(JsonParser parser, String json, List<TaskRecord> tasks, Map<String, String> refused) {
        int begin = (int) parser.currentTokenLocation().getCharOffset();
        JsonNode node = parser.readValueAsTree();
        int end = (int) parser.currentLocation().getCharOffset();
        try {
            if (!(node instanceof ObjectNode object)) {
                throw new InvalidTaskException("invalid JSON: a job must be an object");
            }
            tasks.add(TaskRecord.of(object, json.substring(begin, end)));
        } catch (InvalidTaskException e) {
            refused.put(node.path("jid").asString(""), String.valueOf(e.getMessage()));
        }
    }

    /** @param tasks none where there are rows, and nobody says which */
    void wake(List<Command.Written> tasks) {
        boolean canBeTrue = tasks.size() <= MOST_WRITTEN && tasks.stream().allMatch(Pushes::canBeTrue);
        intake.written(canBeTrue ? tasks.stream().map(Pushes::claimable).toList() : List.of());
    }

    private static boolean canBeTrue(Command.@Nullable Written task) {
        return task != null
                && task.jid() != null
                && task.name() != null
                && task.queue() != null
                && task.priority() >= 1
                && task.priority() <= 9;
    }

    private static Claimable claimable(Command.Written task) {
        return new Claimable(task.jid(), task.name(), task.queue(), task.priority(), task.seq(), 0, UNKNOWN_SIZE);
    }

    /** @param refused those that broke a rule, to which those are added that the store refuses */
    private CompletableFuture<Reply> pushAll(List<TaskRecord> tasks, Map<String, String> refused) {
        int broken = refused.size();
        return intake.pushAll(tasks).thenApply(outcomes -> {
            for (int i = 0; i < outcomes.size(); i++) {
                read(tasks.get(i).jid(), outcomes.get(i), refused);
            }
            totals.enqueued(tasks.size() - (refused.size() - broken));
            return Reply.json(refused);
        });
    }

    private static void read(String jid, Outcome outcome, Map<String, String> refused) {
        if (outcome instanceof Outcome.Refused reason) {
            refused.put(jid, reason.reason());
        } else if (outcome instanceof Outcome.KeyTaken) {
            refused.put(jid, "Job not unique");
        }
    }

    private CompletableFuture<Reply> push(String json, Reading reading) {
        TaskRecord task;
        try {
            task = TaskRecord.parse(json);
        } catch (InvalidTaskException e) {
            return done(Reply.error(String.valueOf(e.getMessage())));
        }
        return limit.push(List.of(task), () -> push(task, reading), Pushes::full);
    }

    private CompletableFuture<Reply> push(TaskRecord task, Reading reading) {
        return intake.push(task).thenApply(outcome -> {
            if (outcome instanceof Outcome.Refused refused) {
                return Reply.error(refused.reason());
            }
            totals.enqueued(outcome instanceof Outcome.Done ? 1 : 0);
            return reading.reply(task, outcome);
        });
    }

    private static Reply full(String reason) {
        return new Reply.Failure("FULL", reason);
    }

    private static CompletableFuture<Reply> done(Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }

    private interface Reading {
        Reply reply(TaskRecord task, Outcome outcome);
    }
}

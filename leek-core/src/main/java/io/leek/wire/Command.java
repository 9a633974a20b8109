package io.leek.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.leek.task.RecurringTask;
import io.leek.task.TaskJson;
import io.leek.task.TaskQuery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line from client to server. The components of those with a JSON argument are its fields, in snake case. */
public sealed interface Command {

    /** The verb as written, two words for Leek's own. */
    String verb();

    /** What follows the verb; empty for nothing. */
    default String argument() {
        return TaskJson.MAPPER.writeValueAsString(this);
    }

    /** A command whose verb says it all. */
    sealed interface Bare extends Command {
        @Override
        default String argument() {
            return "";
        }
    }

    /** The client's half of the handshake. */
    record Hello(
            int v,
            @Nullable String hostname,
            @Nullable String wid,
            @Nullable Long pid,
            @Nullable List<String> labels,
            @Nullable String pwdhash,
            @Nullable String username)
            implements Command {
        @Override
        public String verb() {
            return "HELLO";
        }
    }

    /** One task, as JSON text. */
    record Push(String task) implements Command {
        @Override
        public String verb() {
            return "PUSH";
        }

        @Override
        public String argument() {
            return task;
        }
    }

    /** An array of tasks, as JSON text. */
    record PushBulk(String tasks) implements Command {
        @Override
        public String verb() {
            return "PUSHB";
        }

        @Override
        public String argument() {
            return tasks;
        }
    }

    /** The recurring tasks that this client has: all that it wants to be kept. */
    record Declare(@Nullable List<RecurringTask> recurring) implements Command {
        @Override
        public String verb() {
            return "LEEK DECLARE";
        }
    }

    /** Asks for a task from queues, in strict order. */
    record Fetch(List<String> queues) implements Command {
        @Override
        public String verb() {
            return "FETCH";
        }

        @Override
        public String argument() {
            return String.join(" ", queues);
        }
    }

    /**
     * Asks for several tasks at once.
     *
     * @param queues in strict order
     * @param max the most tasks to hand out
     * @param waitMs how long to wait for the first, in milliseconds
     */
    record FetchMany(
            @Nullable List<String> queues,
            @Nullable Integer max,
            @Nullable Long waitMs) implements Command {
        @Override
        public String verb() {
            return "LEEK FETCH";
        }
    }

    /**
     * The task ran to its end.
     *
     * @param result JSON text
     * @param lease the token that came with the task
     * @param committed whether the worker has moved the row to success in a transaction of its own
     */
    record Ack(
            @Nullable String jid,
            @Nullable String result,
            @Nullable String lease,
            @Nullable Boolean committed) implements Command {

        public Ack(@Nullable String jid, @Nullable String result, @Nullable String lease) {
            this(jid, result, lease, null);
        }

        @Override
        public String verb() {
            return "ACK";
        }
    }

    /**
     * The task failed.
     *
     * @param isFinal whether no retry may follow
     * @param reason why, for the failed table; null means that it threw
     * @param retryInMs when the task asks to be run again, in milliseconds from now; null leaves it to the server
     */
    record Fail(
            @Nullable String jid,
            @Nullable String errtype,
            @Nullable String message,
            @Nullable List<String> backtrace,
            @Nullable String lease,
            @JsonProperty("final") @Nullable Boolean isFinal,
            @Nullable String reason,
            @Nullable Long retryInMs)
            implements Command {
        @Override
        public String verb() {
            return "FAIL";
        }
    }

    /** A worker's sign of life. */
    record Beat(
            @Nullable String wid,
            @Nullable String currentState,
            @Nullable Long rssKb) implements Command {
        @Override
        public String verb() {
            return "BEAT";
        }
    }

    record Info() implements Bare {
        @Override
        public String verb() {
            return "INFO";
        }
    }

    /**
     * Pauses or resumes queues, or asks how long their tasks wait.
     *
     * @param action {@code PAUSE}, {@code RESUME} or {@code LATENCY}
     * @param queues their names; {@code *} for all
     */
    record OnQueues(String action, List<String> queues) implements Command {
        @Override
        public String verb() {
            return "QUEUE";
        }

        @Override
        public String argument() {
            return action + " " + String.join(" ", queues);
        }
    }

    /** What queues there are. */
    record Queues() implements Bare {
        @Override
        public String verb() {
            return "LEEK QUEUES";
        }
    }

    record End() implements Bare {
        @Override
        public String verb() {
            return "END";
        }
    }

    /** What this server can do. */
    record Caps() implements Bare {
        @Override
        public String verb() {
            return "LEEK CAPS";
        }
    }

    /** What waits and is taken by no worker. */
    record Unserved() implements Bare {
        @Override
        public String verb() {
            return "LEEK UNSERVED";
        }
    }

    /**
     * What waits, for a worker that knows these names to see whether it can run it.
     *
     * @param parkedAfter where the last answer's look at parked tasks has ended, for the rest of them alone; null for all
     */
    record Backlog(@Nullable List<String> names, @Nullable String parkedAfter) implements Command {
        @Override
        public String verb() {
            return "LEEK BACKLOG";
        }
    }

    /** As {@link Push}, answered with the jid and whether it is new. */
    record LeekPush(String task) implements Command {
        @Override
        public String verb() {
            return "LEEK PUSH";
        }

        @Override
        public String argument() {
            return task;
        }
    }

    /** A whole task by its jid or its key. */
    record Get(@Nullable String jid, @Nullable String key) implements Command {
        @Override
        public String verb() {
            return "LEEK GET";
        }
    }

    /** Waits until a task has finished, or at least one of several. */
    record Wait(
            @Nullable String jid,
            @Nullable List<String> jids,
            @Nullable Long timeoutMs) implements Command {
        @Override
        public String verb() {
            return "LEEK WAIT";
        }
    }

    /** A page of tasks, newest first. */
    record ListTasks(
            String state,
            @Nullable String queue,
            @Nullable String name,
            @Nullable String after,
            @Nullable Integer limit)
            implements Command {

        public static ListTasks of(TaskQuery query) {
            return new ListTasks(query.state().text(), query.queue(), query.name(), query.after(), query.limit());
        }

        @Override
        public String verb() {
            return "LEEK LIST";
        }
    }

    /** The number of tasks that match. */
    record Count(
            String state, @Nullable String queue, @Nullable String name) implements Command {
        @Override
        public String verb() {
            return "LEEK COUNT";
        }
    }

    /**
     * Puts failed tasks back: one by its jid, else all that match.
     *
     * @param reason only where the one has failed for it; null for any
     */
    record Retry(
            @Nullable String jid,
            @Nullable String queue,
            @Nullable String name,
            @Nullable String reason) implements Command {

        public Retry(@Nullable String jid, @Nullable String queue, @Nullable String name) {
            this(jid, queue, name, null);
        }

        @Override
        public String verb() {
            return "LEEK RETRY";
        }
    }

    /**
     * How far a run has got, and what it notes.
     *
     * @param done null where it says nothing about that
     * @param log lines that come after those sent before
     */
    record Progress(
            @Nullable String jid,
            @Nullable String lease,
            @Nullable Long done,
            @Nullable Long of,
            @Nullable String message,
            @Nullable List<String> log)
            implements Command {
        @Override
        public String verb() {
            return "LEEK PROGRESS";
        }
    }

    /** Ends a task that has not finished. */
    record Cancel(@Nullable String jid) implements Command {
        @Override
        public String verb() {
            return "LEEK CANCEL";
        }
    }

    /**
     * What a Leek worker knows and still holds.
     *
     * @param concurrency how many tasks it runs at a time; null means 1
     */
    record Join(
            @Nullable String wid,
            List<String> tasks,
            List<String> queues,
            @Nullable List<Held> held,
            @Nullable Integer concurrency)
            implements Command {
        @Override
        public String verb() {
            return "LEEK JOIN";
        }
    }

    /** A task that a worker runs or is about to run, with its lease. */
    record Held(String jid, String lease) {}

    /** Waits for news about a worker. */
    record Listen(@Nullable String wid) implements Command {
        @Override
        public String verb() {
            return "LEEK LISTEN";
        }
    }

    /**
     * Rows that a client's own transaction has written are there now.
     *
     * @param tasks null or empty where there are so many that the server had better look for itself
     */
    record Wake(@Nullable List<Written> tasks) implements Command {
        @Override
        public String verb() {
            return "LEEK WAKE";
        }
    }

    /** A row of the queue, as far as it matters for handing it out. */
    record Written(String jid, long seq, String name, String queue, int priority) {}

    /** Gives a task back; no attempt counts. */
    record Release(
            @Nullable String jid,
            @Nullable String lease,
            @Nullable Long delayMs) implements Command {
        @Override
        public String verb() {
            return "LEEK RELEASE";
        }
    }

    /** A line that is no command; answered with the message. */
    record Malformed(String message) implements Bare {
        @Override
        public String verb() {
            return "";
        }
    }
}

package io.leek.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** The JSON objects inside bulk replies. */
public final class Replies {

    private Replies() {}

    /** The server's half of the handshake; iterations and salt only where it has a password. */
    public record Hi(int v, @Nullable Integer i, @Nullable String s) {}

    /** To {@link Command.Caps}. */
    public record Caps(String version, String store, List<String> verbs) {}

    /** To {@link Command.LeekPush}. */
    public record Pushed(String jid, @JsonProperty("new") boolean isNew) {}

    /** To {@link Command.Count}. */
    public record Count(long count, boolean exact) {}

    /** To {@link Command.Retry}. */
    public record Retried(long retried) {}

    /**
     * An element of the answer to {@link Command.Unserved}.
     *
     * @param since when the oldest of them became due
     * @param why what is missing and what to do
     */
    public record Unserved(String queue, String name, long count, Instant since, String why) {}

    /**
     * An element of the answer to {@link Command.Queues}.
     *
     * @param size tasks that wait and are due
     * @param latency for how long the oldest of them has waited, in seconds
     */
    public record Queue(String name, long size, boolean paused, double latency) {}

    /**
     * To {@link Command.Backlog}.
     *
     * @param names of the tasks that have waited for longest
     * @param queued some that wait, the oldest first
     * @param parked some that are parked because of their arguments, in the order of their ids
     * @param parkedAfter to ask for the next of these with; null where there are no more
     */
    public record Backlog(
            List<WaitingName> names,
            List<WaitingTask> queued,
            List<WaitingTask> parked,
            @Nullable String parkedAfter) {}

    /** @param known whether a connected worker knows it */
    public record WaitingName(String name, long count, boolean known) {}

    /** A task with its arguments. */
    public record WaitingTask(String jid, String name, ArrayNode args) {}

    /** To {@link Command.Join}: tasks that the worker holds no longer. */
    public record Joined(List<String> lost) {}

    /**
     * To {@link Command.Listen} and {@link Command.Beat}; empty where nothing is new.
     *
     * @param cancel tasks to be cancelled
     * @param leases those that these are about: a task may be under another one by the time this is read
     * @param giveBack whether to give back what has not begun: a queue is paused
     */
    public record News(
            @Nullable String state,
            @Nullable List<String> cancel,
            @Nullable List<String> leases,
            @Nullable List<String> lost,
            @Nullable Boolean giveBack) {

        /** Nothing is new. */
        public static final News NONE = new News(null, null, null, null, null);
    }
}

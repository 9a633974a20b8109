package io.leek.server.store;

import io.leek.task.FailureReason;
import io.leek.task.TaskFailure;
import io.leek.task.TaskJson;
import io.leek.task.TaskKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Changes for tests, with what a test doesn't care about filled in. */
final class Changes {

    static final Instant NOW = TestClock.START;
    static final TaskFailure FAILURE =
            TaskFailure.of(FailureReason.EXCEPTION, "java.io.IOException", "no route", List.of("at A.a", "at B.b"));

    private Changes() {}

    static Change.Insert insert(String jid) {
        return insert(jid, "default", 5, NOW, null, null);
    }

    static Change.Insert insertWithKey(String jid, String key) {
        return insert(jid, "default", 5, NOW, key, null);
    }

    /** Stored, and due, at a time. */
    static Change.Insert insertWithKey(String jid, TaskKey key, Instant at) {
        ObjectNode json = (ObjectNode) TaskJson.MAPPER.readTree(payload(jid, 5, null));
        key.write(json.putObject("custom").putObject("leek"));
        return new Change.Insert(jid, "mailer.welcome", "default", 5, at, at, json.toString(), key, null, null);
    }

    static Change.Insert insert(
            String jid, String queue, int priority, Instant dueAt, @Nullable String key, @Nullable Lease lease) {
        return new Change.Insert(
                jid, "mailer.welcome", queue, priority, dueAt, NOW, payload(jid, priority, key), key, lease);
    }

    static Change.Insert insertNamed(String jid, String name) {
        return new Change.Insert(jid, name, "default", 5, NOW, NOW, payload(jid, 5, null), null, null);
    }

    static String payload(String jid, int priority, @Nullable String key) {
        String custom = key == null ? "" : ",\"custom\":{\"leek\":{\"key\":\"" + key + "\"}}";
        return "{\"jid\":\"" + jid + "\",\"jobtype\":\"mailer.welcome\",\"args\":[\"ada\"],\"priority\":" + priority
                + custom + "}";
    }

    static Lease lease(String token) {
        return new Lease(token, NOW, NOW.plus(Duration.ofMinutes(30)), "worker-1", "server-1");
    }

    static Change.Claim claim(String jid, String token) {
        return claim(jid, token, NOW);
    }

    static Change.Claim claim(String jid, String token, Instant at) {
        return new Change.Claim(
                jid, null, new Lease(token, at, at.plus(Duration.ofMinutes(30)), "worker-1", "server-1"));
    }

    static Change.Succeed succeed(String jid, @Nullable String token) {
        return new Change.Succeed(jid, null, token, NOW.plusSeconds(1), "\"done\"");
    }

    static Change.Fail fail(String jid, @Nullable String token) {
        return new Change.Fail(jid, token, NOW.plusSeconds(1), FAILURE);
    }
}

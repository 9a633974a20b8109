package io.leek.worker;

import io.leek.task.TaskJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * A task handed out to this worker.
 *
 * @param lease the token to answer with
 * @param attempt 1 for the first run
 * @param backtrace stack trace lines to keep; 0 leaves it to the worker
 * @param timeout how long it may run; null for as long as it takes
 */
record Assignment(
        String jid,
        String name,
        ArrayNode args,
        String lease,
        int attempt,
        int backtrace,
        @Nullable Duration timeout) {

    /** Reads the records that a fetch brought. */
    static List<Assignment> parseAll(String json) {
        return all(TaskJson.MAPPER.readTree(json));
    }

    static List<Assignment> all(Iterable<? extends JsonNode> records) {
        List<Assignment> tasks = new ArrayList<>();
        records.forEach(task -> tasks.add(of(task)));
        return tasks;
    }

    private static Assignment of(JsonNode task) {
        JsonNode leek = task.path("custom").path("leek");
        return new Assignment(
                task.path("jid").asString(),
                task.path("jobtype").asString(),
                (ArrayNode) task.path("args"),
                leek.path("lease").asString(),
                leek.path("attempt").asInt(1),
                task.path("backtrace").asInt(0),
                timeout(leek.path("timeout_ms")));
    }

    /** What other clients write there may be anything; what is no number of milliseconds above zero is no timeout. */
    private static @Nullable Duration timeout(JsonNode millis) {
        return millis.isIntegralNumber() && millis.canConvertToLong() && millis.longValue() > 0
                ? Duration.ofMillis(millis.longValue())
                : null;
    }
}

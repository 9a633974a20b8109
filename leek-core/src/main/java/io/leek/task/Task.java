package io.leek.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A task as it stands in one of the three tables.
 *
 * @param id the caller's or Leek's identifier, at least 8 characters
 * @param payload the JSON record as it was pushed
 * @param priority 1 to 9, 9 first
 * @param key the caller's own identifier, of a queued task while it counts; null once finished
 * @param enqueuedAt when the server took it
 * @param dueAt the earliest time it may run; null once finished
 * @param startedAt when its last attempt began
 * @param finishedAt when it reached success or failed
 * @param attempts runs begun, those that a crash ended included
 * @param crashes runs that ended because the process did
 * @param workerId the worker of the last attempt
 * @param running whether a worker holds it now
 * @param result the result as JSON text, of a success
 * @param failureOrNull of a failed task, and of a queued one that waits for a retry
 * @param failures attempts that did not end in success, the oldest first, also of a task that was put back or succeeded
 *     in the end; the latest {@value FailedAttempt#KEPT} of a task that was looked up by its id or key, empty in lists
 * @param progressOrNull what its runs have told last, of a task that was looked up by its id or key
 * @param log what its runs have noted, the latest {@value TaskLog#MAX_LINES} lines, of such a task
 */
public record Task(
        @JsonProperty("jid") String id,
        String name,
        String queue,
        TaskState state,
        String payload,
        int priority,
        @Nullable String key,
        Instant enqueuedAt,
        @Nullable Instant dueAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        int attempts,
        int crashes,
        @Nullable String workerId,
        boolean running,
        @Nullable String result,
        @JsonProperty("failure") @Nullable TaskFailure failureOrNull,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FailedAttempt> failures,
        @JsonProperty("progress") @Nullable TaskProgress progressOrNull,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> log) {

    @SuppressWarnings("ConstantConditions")
    public Task {
        failures = failures == null ? List.of() : List.copyOf(failures);
        log = log == null ? List.of() : List.copyOf(log);
    }

    /** A task without its failed attempts and what its runs have told. */
    public Task(
            String id,
            String name,
            String queue,
            TaskState state,
            String payload,
            int priority,
            @Nullable String key,
            Instant enqueuedAt,
            @Nullable Instant dueAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            int attempts,
            int crashes,
            @Nullable String workerId,
            boolean running,
            @Nullable String result,
            @Nullable TaskFailure failureOrNull) {
        this(
                id,
                name,
                queue,
                state,
                payload,
                priority,
                key,
                enqueuedAt,
                dueAt,
                startedAt,
                finishedAt,
                attempts,
                crashes,
                workerId,
                running,
                result,
                failureOrNull,
                List.of(),
                null,
                List.of());
    }

    /** The same task with these failed attempts. */
    public Task withFailures(List<FailedAttempt> attempts) {
        return with(attempts, progressOrNull, log);
    }

    /** The same task with what its runs have told. */
    public Task withReport(@Nullable TaskProgress progress, List<String> lines) {
        return with(failures, progress, lines);
    }

    private Task with(List<FailedAttempt> failed, @Nullable TaskProgress progress, List<String> lines) {
        return new Task(
                id,
                name,
                queue,
                state,
                payload,
                priority,
                key,
                enqueuedAt,
                dueAt,
                startedAt,
                finishedAt,
                attempts,
                crashes,
                workerId,
                running,
                result,
                failureOrNull,
                failed,
                progress,
                lines);
    }

    /** How far its last run had got that told so. */
    public Optional<TaskProgress> progress() {
        return Optional.ofNullable(progressOrNull);
    }

    /** Why it failed, or why its last attempt did. */
    public Optional<TaskFailure> failure() {
        return Optional.ofNullable(failureOrNull);
    }
}

package io.leek.worker;

import io.leek.client.Connection;
import io.leek.task.FailureReason;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the server how runs ended, until it has confirmed it. */
final class Answers {

    private static final Logger log = LoggerFactory.getLogger(Answers.class);

    private final Connection connection;
    private final HeldTasks held;

    Answers(Connection connection, HeldTasks held) {
        this.connection = connection;
        this.held = held;
    }

    /** Gives back every task that has no answer yet. */
    void giveBackRunning() {
        held.all().forEach(task -> give(task, release(task)));
    }

    /**
     * Sends an answer, again after each reconnect, until the server has confirmed it. A task's first answer counts; what
     * its run says after it was given back does not.
     *
     * @return done once the server has confirmed it, or never will
     */
    CompletableFuture<Void> give(Assignment task, Command answer) {
        CompletableFuture<Void> confirmed = held.end(task);
        if (confirmed == null) {
            return CompletableFuture.completedFuture(null);
        }
        send(task, answer, confirmed);
        return confirmed;
    }

    private void send(Assignment task, Command answer, CompletableFuture<Void> confirmed) {
        connection.send(answer).whenComplete((reply, error) -> {
            if (error != null) {
                sendAgain(task, answer, confirmed);
            } else if (reply instanceof Reply.Failure failure) {
                refused(task, answer, failure, confirmed);
            } else {
                confirmed.complete(null);
            }
        });
    }

    private void sendAgain(Assignment task, Command answer, CompletableFuture<Void> confirmed) {
        connection.whenConnected().whenComplete((there, closed) -> {
            if (closed == null) {
                send(task, answer, confirmed);
            } else {
                log.warn(
                        "Task {} ({}) has ended, but the server could not be told before this worker stopped; it runs"
                                + " again",
                        task.jid(),
                        task.name());
                confirmed.complete(null);
            }
        });
    }

    /** A task that this worker holds must end somehow, or it would count as running for as long as the worker lives. */
    private void refused(Assignment task, Command answer, Reply.Failure failure, CompletableFuture<Void> confirmed) {
        if (failure.code().equals(Reply.Failure.UNAVAILABLE)) {
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> send(task, answer, confirmed));
            return;
        }
        log.warn(
                "Task {} ({}) has ended, but the server does not take its outcome: {} {}",
                task.jid(),
                task.name(),
                failure.code(),
                failure.message());
        boolean mayTryAnother = failure.code().equals("ERR");
        if (mayTryAnother && answer instanceof Command.Ack) {
            send(task, resultRefused(task, failure), confirmed);
        } else if (mayTryAnother && answer instanceof Command.Fail fail && !fail.equals(withoutDetails(task, fail))) {
            send(task, withoutDetails(task, fail), confirmed);
        } else {
            confirmed.complete(null);
        }
    }

    static Command release(Assignment task) {
        return new Command.Release(task.jid(), task.lease(), 0L);
    }

    /** For a run that could not even say how it ended. */
    static Command.Fail withoutDetails(Assignment task) {
        return withoutDetails(task, null, null, null);
    }

    private static Command.Fail withoutDetails(Assignment task, Command.Fail refused) {
        return withoutDetails(task, refused.isFinal(), refused.reason(), refused.retryInMs());
    }

    private static Command.Fail withoutDetails(
            Assignment task, @Nullable Boolean isFinal, @Nullable String reason, @Nullable Long retryInMs) {
        return new Command.Fail(
                task.jid(),
                "DetailsLost",
                "it failed, and how could not be reported; the worker's log may say it",
                null,
                task.lease(),
                isFinal,
                reason,
                retryInMs);
    }

    private static Command resultRefused(Assignment task, Reply.Failure failure) {
        return new Command.Fail(
                task.jid(),
                "ResultRefused",
                "it ran, but the server does not take its result: " + failure.message(),
                null,
                task.lease(),
                true,
                FailureReason.RESULT.text(),
                null);
    }
}
